"""Small PDF files for tests, written by hand: text, pictures, notes, forms, bookmarks, attached files, passwords, and what hostile ones have."""

import zlib
from dataclasses import dataclass, field


@dataclass
class Pdf:
    """A document under construction; `objects` are the bodies of objects 1, 2, ...: the catalog, the page tree, then what was added."""

    objects: list[bytes] = field(
        default_factory=lambda: [b"", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"]
    )
    pages: list[int] = field(default_factory=list)
    catalog: bytes = b""
    trailer: bytes = b""

    def add(self, body: bytes) -> int:
        """Add an object; return its number."""
        self.objects.append(body)
        return len(self.objects)

    def stream(self, content: bytes, about: bytes = b"", *, packed: bool = False) -> int:
        """Add a stream; return its number."""
        data = zlib.compress(content) if packed else content
        about += b"/Filter/FlateDecode" if packed else b""
        return self.add(b"<<%s/Length %d>>stream\n%s\nendstream" % (about, len(data), data))

    def page(self, *lines: str, drawing: bytes = b"", resources: bytes = b"", more: bytes = b"", packed: bool = False) -> int:
        """Add an A4 page with lines of text."""
        texts = b"".join(b"(%s) Tj 0 -14 Td " % _escaped(line) for line in lines)
        content = self.stream(drawing + b" BT /F1 11 Tf 60 780 Td " + texts + b" ET", packed=packed)
        about = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<</Font<</F1 3 0 R>>%s>>%s>>"
        self.pages.append(self.add(about % (content, resources, more)))
        return self.pages[-1]

    def picture(self) -> int:
        """Add an image object of one grey point; return its number."""
        return self.stream(b"\x80", b"/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8")

    def scan(self, *lines: str, width: int = 595, height: int = 842) -> None:
        """Add a page that shows a picture of this size in points, and maybe text."""
        resources = b"/XObject<</I %d 0 R>>" % self.picture()
        self.page(*lines, drawing=b"q %d 0 0 %d 0 0 cm /I Do Q" % (width, height), resources=resources)

    def info(self, title: str) -> None:
        """Set the title among the document's properties."""
        self.trailer += b"/Info %d 0 R" % self.add(b"<</Title(%s)>>" % _escaped(title))

    def bookmark(self, title: str) -> None:
        """Add a table of contents with one entry."""
        root = len(self.objects) + 1
        self.add(b"<</Type/Outlines/First %d 0 R/Last %d 0 R/Count 1>>" % (root + 1, root + 1))
        self.add(b"<</Title(%s)/Parent %d 0 R>>" % (_escaped(title), root))
        self.catalog += b"/Outlines %d 0 R" % root

    def attach(self, name: str, content: bytes) -> None:
        """Attach a file."""
        stream = self.stream(content, b"/Type/EmbeddedFile")
        spec = self.add(b"<</Type/Filespec/F(%s)/UF(%s)/EF<</F %d 0 R>>>>" % (_escaped(name), _escaped(name), stream))
        self.catalog += b"/Names<</EmbeddedFiles<</Names[(%s)%d 0 R]>>>>" % (_escaped(name), spec)

    def note(self, text: str, subtype: bytes = b"Text") -> bytes:
        """Return a page's entry with one note."""
        note = self.add(b"<</Type/Annot/Subtype/%s/Rect[10 10 30 30]/Contents(%s)>>" % (subtype, _escaped(text)))
        return b"/Annots[%d 0 R]" % note

    def form_field(self, name: str, value: str) -> bytes:
        """Return a page's entry with one filled field of a form, whose value stands in the field above the one that is shown."""
        widget = len(self.objects) + 1
        self.add(b"<</Type/Annot/Subtype/Widget/Rect[10 10 200 30]/Parent %d 0 R>>" % (widget + 1))
        self.add(b"<</FT/Tx/T(%s)/V(%s)/Kids[%d 0 R]>>" % (_escaped(name), _escaped(value), widget))
        self.catalog += b"/AcroForm<</Fields[%d 0 R]/DR<</Font<</F1 3 0 R>>>>>>" % (widget + 1)
        return b"/Annots[%d 0 R]" % widget

    def link(self, address: str) -> bytes:
        """Return a page's entry with one link."""
        return b"/Annots[%d 0 R]" % self.add(b"<</Type/Annot/Subtype/Link/Rect[10 10 30 30]/A<</S/URI/URI(%s)>>>>" % _escaped(address))

    def build(self) -> bytes:
        """Return the file."""
        kids = b" ".join(b"%d 0 R" % page for page in self.pages)
        self.objects[0] = self.objects[0] or b"<</Type/Catalog/Pages 2 0 R%s>>" % self.catalog
        self.objects[1] = self.objects[1] or b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(self.pages))
        out, places = bytearray(b"%PDF-1.7\n"), []
        for number, body in enumerate(self.objects, 1):
            places.append(len(out))
            out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
        start = len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1) + b"".join(b"%010d 00000 n \n" % place for place in places)
        out += b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, self.trailer, start)
        return bytes(out)


def pdf(*pages: str) -> bytes:
    """Return a document with one line of text a page."""
    document = Pdf()
    for page in pages:
        document.page(page)
    return document.build()


def _escaped(text: str) -> bytes:
    return text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
