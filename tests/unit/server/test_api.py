import pytest

from securemail_desktop.audit.journal import Journal
from securemail_desktop.central.enrolment import enrol, make_keys
from securemail_desktop.central.wire import EnrolAnswer, EnrolRequest, SubmitRequest
from securemail_desktop.server.api import create_app
from securemail_desktop.server.limits import BodyLimit
from securemail_desktop.server.services import Services
from tests.support.asgi import Http
from tests.support.audit import fill
from tests.support.central import DirectStore, wire


@pytest.fixture
def http(services: Services) -> Http:
    return Http(create_app(services.registry, services.log))


def enrolled(http: Http, services: Services) -> tuple[str, dict[str, str]]:
    from datetime import timedelta

    class OverHttp:
        def enrol(self, request: EnrolRequest) -> EnrolAnswer:
            answer = http.post("/v1/enrol", content=request.model_dump_json())
            assert answer.status_code == 200
            return EnrolAnswer.model_validate_json(answer.content)

    keys = make_keys()
    enrolment = enrol(OverHttp(), "https://x", "", services.registry.invite("clinic", timedelta(hours=1)), keys)
    return enrolment.epoch, {"Authorization": f"Bearer {enrolment.epoch}.{keys.secret}"}


def test_health_needs_no_secret_and_says_nothing_else(http: Http) -> None:
    answer = http.get("/v1/health")
    assert (answer.status_code, answer.text) == (200, "ok\n")


CALLS = ["/v1/checkpoint", "/v1/proof/inclusion?size=1&index=0", "/v1/proof/consistency?old=1&new=1", "/v1/records?epoch=x"]


@pytest.mark.parametrize("path", CALLS)
def test_every_other_call_needs_an_enrolled_device(http: Http, services: Services, path: str) -> None:
    assert http.get(path).status_code == 401
    assert http.get(path, headers={"Authorization": "Bearer x.y"}).json()["problem"] == "not-enrolled"
    _, headers = enrolled(http, services)
    assert http.get(path, headers=headers).status_code in {200, 403, 404}


def test_records_need_an_enrolled_device(http: Http, device_store: tuple[Journal, DirectStore]) -> None:
    journal, _ = device_store
    fill(journal, 1)
    body = SubmitRequest(records=wire(journal.records())).model_dump_json()
    assert http.post("/v1/records", content=body).status_code == 401


def test_a_device_sees_its_own_records_only(http: Http, services: Services, device_store: tuple[Journal, DirectStore]) -> None:
    epoch, headers = enrolled(http, services)
    assert http.get("/v1/records", params={"epoch": epoch}, headers=headers).json() == {"records": [], "last": 0}
    assert http.get("/v1/records", params={"epoch": device_store[0].device.epoch}, headers=headers).status_code == 403


CANARY = "canary@vanity.example"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "nonsense " + CANARY,
        '{"records":[]}',
        f'{{"records":[{{"record":"{CANARY}","signature":"AA=="}}]}}',
        f'{{"records":"{CANARY}"}}',
    ],
)
def test_a_bad_request_is_refused_without_echo(http: Http, services: Services, body: str) -> None:
    _, headers = enrolled(http, services)
    answer = http.post("/v1/records", content=body, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["problem"] == "malformed"
    assert "canary" not in answer.text


@pytest.mark.parametrize("query", ["size=1", "size=-1&index=0", "size=x&index=0", "size=1&" + "&".join(f"index={n}" for n in range(201))])
def test_proofs_are_asked_for_within_bounds(http: Http, services: Services, query: str) -> None:
    _, headers = enrolled(http, services)
    assert http.get(f"/v1/proof/inclusion?{query}", headers=headers).status_code == 422


def test_too_many_records_are_refused(http: Http, services: Services) -> None:
    _, headers = enrolled(http, services)
    item = '{"record":"AA==","signature":"AA=="}'
    assert http.post("/v1/records", content=f'{{"records":[{",".join([item] * 501)}]}}', headers=headers).status_code == 422


def test_a_body_is_bounded_by_declaration_and_by_what_arrives(services: Services) -> None:
    http = Http(BodyLimit(create_app(services.registry, services.log), most=1000))
    assert http.post("/v1/enrol", content=b"x" * 1001).status_code == 413
    assert http.post("/v1/enrol", content=[b"x" * 600, b"x" * 600]).status_code >= 400
    assert http.post("/v1/enrol", content=b"x" * 900).status_code == 422


def test_no_documentation_pages_are_served(http: Http) -> None:
    assert {http.get(path).status_code for path in ("/docs", "/redoc", "/openapi.json", "/")} == {404}
