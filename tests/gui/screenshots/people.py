"""The people and texts of the scenes, ordinary ones and those that do not fit: long names and addresses, other scripts and directions."""

from securemail_desktop.encryption.method import Method

BOB = "Bob Meyer <bob@partner.example>"
CAROL = "Dr. Carol Okonkwo-Lindqvist <carol@imaging.example>"
PATIENT = "Pat Ortiz <patient@home.example>"
TYPO, MEANT = "maria.lopez@gmial.example", "maria.lopez@gmail.example"
LONG = (
    '"Prof. Dr. Maximiliane-Antoinette von Hohenstein-Wittgenstein (Rehabilitation)" '
    "<m.a.von.hohenstein-wittgenstein@rehabilitation-centre.north-rhine-clinics.example>"
)
GERMAN = '"Dr. med. Jürgen Großkreuz-Müller (Röntgenabteilung)" <j.grosskreuz@krankenhaus-süd.example>'
ARABIC = '"الدكتورة فاطمة الزهراء المنصوري" <fatima@clinic-noor.example>'
JAPANESE = '"山田 太郎（循環器内科）" <taro.yamada@byouin.example>'
OTHERS = (GERMAN, ARABIC, JAPANESE)
MEANS = {"bob@partner.example": Method.SMIME, "carol@imaging.example": Method.OPENPGP, TYPO: Method.TLS, MEANT: Method.TLS}
TEXT = (
    "Dear Bob,\n\nMaria Lopez (MRN 4821193) was in clinic this morning. Her HbA1c has come down to 7.1 % and she feels well.\n"
    "Please repeat the biopsy of the left forearm when you see her next week.\n\nKind regards\nAlice Moreau, MD\nEndocrinology"
)
SCRIPTS = "Sehr geehrter Herr Großkreuz-Müller,\n\nعزيزتي الدكتورة فاطمة، نرفق نتيجة الفحص.\n\n山田先生、検査結果をお送りします。\n\nAlice"
SUBJECTS = (
    "Lab result of Tuesday",
    "Appointment moved to Thursday",
    "Minutes of the tumour board, with all that was decided about the patients of ward seven and those who wait for a place",
    "نتيجة الفحص",
    "Überweisung und Röntgenbefund",
    "検査結果のお知らせ",
    "Donaudampfschifffahrtsgesellschaftskrankenversicherungsbestätigungsformularnummernverzeichnisse",
    "",
)
FILE_NAME = "a very long name of a letter that somebody wrote without thinking of others (final) (2) corrected.docx"
