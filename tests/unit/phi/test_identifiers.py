import pytest

from securemail_desktop.phi.finding import IdentifierType as T
from securemail_desktop.phi.scan import scan

CASES = [
    # Social security numbers: allocation rules, forms, the last four
    ("SSN 219-09-9998 on file", T.SSN, ["219-09-9998"]),
    ("ssn: 219099998", T.SSN, ["219099998"]),
    ("SSN: 219 09 9998", T.SSN, ["219 09 9998"]),
    ("Social Security Number is 219-09-9998", T.SSN, ["219-09-9998"]),
    ("soc sec # 219-09-9998", T.SSN, ["219-09-9998"]),
    ("her number, 219-09-9998, is wrong", T.SSN, ["219-09-9998"]),
    ("SSN ends in 4471", T.SSN, ["4471"]),
    ("last 4 of SSN: ok, SSN last four 4471", T.SSN, ["4471"]),
    ("xxx-xx-4471", T.SSN, ["xxx-xx-4471"]),
    ("SSN 000-12-3456", T.SSN, []),
    ("SSN 666-12-3456", T.SSN, []),
    ("SSN 912-12-3456", T.SSN, []),
    ("part 219-09-99981", T.SSN, []),
    ("1-219-09-9998", T.SSN, []),
    # Record numbers
    ("MRN 00482913", T.MRN, ["00482913"]),
    ("MRN: 00482913", T.MRN, ["00482913"]),
    ("mrn#482913", T.MRN, ["482913"]),
    ("medical record number: AB-482913", T.MRN, ["AB-482913"]),
    ("Patient ID: E1002931", T.MRN, ["E1002931"]),
    ("Accession # S24-10293", T.MRN, ["S24-10293"]),
    ("CSN 300118822", T.MRN, ["300118822"]),
    ("PID|1||5520118^^^H||DOE^JOHN||19700101|M", T.MRN, ["5520118"]),
    ("MRN unknown", T.MRN, []),
    ("Order 482913 shipped", T.MRN, []),
    # Telephone and fax
    ("call me at (415) 555-2671", T.PHONE, ["(415) 555-2671"]),
    ("415-555-2671", T.PHONE, ["415-555-2671"]),
    ("415.555.2671", T.PHONE, ["415.555.2671"]),
    ("cell 4155552671", T.PHONE, ["4155552671"]),
    ("+1 415 555 2671", T.PHONE, ["+1 415 555 2671"]),
    ("1-415-555-2671 ext 12", T.PHONE, ["1-415-555-2671 ext 12"]),
    ("fax: 415-555-2671", T.PHONE, ["415-555-2671"]),
    ("ring +44 20 7946 0018 after six", T.PHONE, ["+44 20 7946 0018"]),
    ("Tel. 020 7946 0018", T.PHONE, ["020 7946 0018"]),
    ("tracking 4155552671", T.PHONE, []),
    ("NPI 4155552671", T.PHONE, []),
    ("on 2024-05-06 at 10", T.PHONE, []),
    ("ratio 123-456-789", T.PHONE, []),
    # Mail, web, network
    ("write to bob.miller@mail.example now", T.EMAIL, ["bob.miller@mail.example"]),
    ("bob@localhost", T.EMAIL, []),
    ("see https://portal.example/x?id=4 for it", T.URL, ["https://portal.example/x?id=4"]),
    ("www.example.org", T.URL, ["www.example.org"]),
    ("from 203.0.113.9 today", T.IP, ["203.0.113.9"]),
    ("2001:db8::8a2e:370:7334", T.IP, ["2001:db8::8a2e:370:7334"]),
    ("version 4.0.0.300", T.IP, []),
    ("at 10:30:15", T.IP, []),
    # Addresses
    ("lives at 742 Evergreen Terrace, Springfield, OR 97477", T.ADDRESS, ["742 Evergreen Terrace, Springfield, OR 97477"]),
    ("12 Oak St Apt 4", T.ADDRESS, ["12 Oak St Apt 4"]),
    ("88 n oak street", T.ADDRESS, ["88 n oak street"]),
    ("P.O. Box 1182", T.ADDRESS, ["P.O. Box 1182"]),
    ("Austin, TX 78701", T.ADDRESS, ["Austin, TX 78701"]),
    ("12 boxes arrived", T.ADDRESS, []),
    # Health plans
    ("MBI 1EG4-TE5-MK73", T.HEALTH_PLAN_ID, ["1EG4-TE5-MK73"]),
    ("1EG4TE5MK73", T.HEALTH_PLAN_ID, ["1EG4TE5MK73"]),
    ("0EG4TE5MK73", T.HEALTH_PLAN_ID, []),
    ("1SG4TE5MK73", T.HEALTH_PLAN_ID, []),
    ("Member ID: XYZ123456789", T.HEALTH_PLAN_ID, ["XYZ123456789"]),
    ("Subscriber # 804411920", T.HEALTH_PLAN_ID, ["804411920"]),
    ("Aetna W123456789", T.HEALTH_PLAN_ID, ["W123456789"]),
    ("policy starts 2024", T.HEALTH_PLAN_ID, []),
    # Accounts and claims
    ("Account 7738812", T.ACCOUNT, ["7738812"]),
    ("acct # 55-10293", T.ACCOUNT, ["55-10293"]),
    ("claim no. CL9920188", T.ACCOUNT, ["CL9920188"]),
    ("account manager", T.ACCOUNT, []),
    # National health numbers
    ("NHS number 943 476 5919", T.NATIONAL_ID, ["943 476 5919"]),
    ("485 777 3007", T.NATIONAL_ID, ["485 777 3007"]),
    ("485 777 3008", T.NATIONAL_ID, []),
    ("Medicare card 2123 45670 1", T.NATIONAL_ID, ["2123 45670 1"]),
    ("PHN 9876 543 210", T.NATIONAL_ID, ["9876 543 210"]),
    # Devices and vehicles
    ("pacemaker serial PZK600412S", T.DEVICE, ["PZK600412S"]),
    ("(01)00844588003288(17)141120(10)7654321D", T.DEVICE, ["(01)00844588003288(17)141120(10)7654321D"]),
    ("VIN 1HGCM82633A004352", T.VEHICLE, ["1HGCM82633A004352"]),
    ("1HGCM82633A004353", T.VEHICLE, []),
    ("license plate 7ABC123", T.VEHICLE, ["7ABC123"]),
    # Licences
    ("NPI 1234567893", T.LICENSE, ["1234567893"]),
    ("DEA AB1234563", T.LICENSE, ["AB1234563"]),
    ("AB1234564", T.LICENSE, []),
    ("driver's license D1234567", T.LICENSE, ["D1234567"]),
    # Ages over 89
    ("a 94-year-old woman", T.AGE, ["94"]),
    ("93yo", T.AGE, ["93"]),
    ("age 101", T.AGE, ["101"]),
    ("91F", T.AGE, ["91"]),
    ("a 64-year-old woman", T.AGE, []),
    ("page 94", T.AGE, []),
    # Dates
    ("born 3/14/1975", T.DATE, ["3/14/1975"]),
    ("DOB 03-14-75", T.DATE, ["03-14-75"]),
    ("1975-03-14", T.DATE, ["1975-03-14"]),
    ("14.03.1975", T.DATE, ["14.03.1975"]),
    ("14 March 1975", T.DATE, ["14 March 1975"]),
    ("Mar 14 1975", T.DATE, ["Mar 14 1975"]),
    ("March 14th, 1975", T.DATE, ["March 14th, 1975"]),
    ("14-Mar-75", T.DATE, ["14-Mar-75"]),
    ("13/14/1975", T.DATE, []),
    ("version 1.2.30", T.DATE, []),
    ("120/80/60", T.DATE, []),
    # Photographs, biometrics
    ("see the attached wound photos", T.PHOTO, ["wound photos"]),
    ("his fingerprints are on file", T.BIOMETRIC, ["his fingerprints"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "expected"), CASES)
def test_identifiers(text, kind, expected):
    found = scan([("body", text)]).findings
    assert [text[f.start : f.end] for f in found if f.type is kind] == expected
