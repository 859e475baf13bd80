"""Servers that know recipients' keys, on loopback: HTTPS for WKD and key servers, OpenLDAP, signed DNS behind a validating resolver.

Debian: slapd, bind9, bind9-utils, unbound.
"""

import base64
import hashlib
import shutil
import ssl
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.authority import Issued
from tests.support.servers import free_port, wait_for_port

SBIN = "/usr/sbin:/usr/bin:/sbin:/bin"
_OTHER_ADDRESSES = (
    "attributetype ( 1.2.840.113556.1.2.210 NAME 'proxyAddresses' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )"
)


class KeyServer:
    """An HTTPS server with files by host and path: `files["openpgpkey.hospital.example/.well-known/..."]`; what it was asked is in `asked`."""

    def __init__(self, certificate: Issued, files: Mapping[str, bytes] = {}) -> None:
        self.files: dict[str, bytes] = dict(files)
        self.asked: list[str] = []
        self.status, self.dripping, self.stopped = 200, False, threading.Event()
        self.media_type = ""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.socket = certificate.context().wrap_socket(self._server.socket, server_side=True)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stopped.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                wanted = f"{self.headers['Host'].partition(':')[0]}{self.path}"
                server.asked.append(wanted)
                if server.dripping:
                    self.drip()
                    return
                content = server.files.get(wanted)
                self.send_response(404 if content is None else server.status)
                self.send_header("Content-Length", str(len(content or b"")))
                if server.media_type:
                    self.send_header("Content-Type", server.media_type)
                self.end_headers()
                self.wfile.write(content or b"")

            def drip(self) -> None:
                """Send an octet of the header now and then, until nobody takes any more."""
                with suppress(OSError):
                    self.wfile.write(b"HTTP/1.0 200 OK\r\nX-Slow: ")
                    while not server.stopped.wait(0.02):
                        self.wfile.write(b"x")

            def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the library's name
                pass

        return Handler


class Slapd:
    """OpenLDAP with people under `o=hospital`: address -> values of attributes. `port` speaks TLS at once, `plain_port` STARTTLS.

    `lists`: address -> members, each a number of a person, the name of a list as `cn=...`, or an address. `others`: address -> another
    address of the same list, as Active Directory has them.
    """

    def __init__(
        self,
        folder: Path,
        certificate: Issued,
        people: Mapping[str, Mapping[str, bytes]],
        lists: Mapping[str, Sequence[int | str]] = {},
        others: Mapping[str, str] = {},
    ) -> None:
        self._folder = folder
        (folder / "db").mkdir()
        self.port, self.plain_port = free_port(), free_port()
        schema = "\n".join(f"include /etc/ldap/schema/{name}.schema" for name in ("core", "cosine", "inetorgperson", "misc"))
        (folder / "slapd.conf").write_text(
            f"{schema}\n{_OTHER_ADDRESSES}\nmodulepath /usr/lib/ldap\nmoduleload back_mdb\nTLSCertificateFile {certificate.certificate}\n"
            f"TLSCertificateKeyFile {certificate.key}\ndatabase mdb\nsuffix o=hospital\nrootdn cn=admin,o=hospital\n"
            f"maxsize 16777216\ndbnosync\ndirectory {folder}/db\n"
        )
        entries = ["dn: o=hospital\nobjectClass: organization\no: hospital\n"]
        for number, (address, values) in enumerate(people.items()):
            lines = [f"{name}:: {base64.b64encode(value).decode()}" for name, value in values.items()]
            entries.append(
                f"dn: cn={number},o=hospital\nobjectClass: inetOrgPerson\ncn: {number}\nsn: x\nmail: {address}\n" + "\n".join(lines)
            )
        entries += [_list(address, members) + _other(others.get(address, "")) for address, members in lists.items()]
        (folder / "people.ldif").write_text("\n\n".join(entry.strip() for entry in entries) + "\n")

    def __enter__(self) -> Self:
        conf = str(self._folder / "slapd.conf")
        slapadd = [_program("slapadd"), "-q", "-f", conf, "-l", str(self._folder / "people.ldif")]
        made = subprocess.run(slapadd, check=False, capture_output=True, text=True)
        assert made.returncode == 0, made.stderr
        urls = f"ldaps://127.0.0.1:{self.port} ldap://127.0.0.1:{self.plain_port}"
        self._log = self._folder / "log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen([_program("slapd"), "-d", "0", "-h", urls, "-f", conf], stdout=log, stderr=log)
        wait_for_port(self.port, self._process, self._log)
        wait_for_port(self.plain_port, self._process, self._log)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._process.terminate()
        self._process.wait(10)


def _list(address: str, members: Sequence[int | str]) -> str:
    """An entry of a list, with members by name (RFC 4519) and by address."""
    names = [
        f"cn={member},o=hospital" if isinstance(member, int) else f"{member},o=hospital" for member in members if "@" not in str(member)
    ]
    by_address = "".join(f"rfc822MailMember: {member}\n" for member in members if "@" in str(member))
    kinds = (
        "objectClass: groupOfNames\nobjectClass: extensibleObject\n"
        if names
        else "objectClass: nisMailAlias\nobjectClass: extensibleObject\n"
    )
    by_name = "".join(f"member: {name}\n" for name in names)
    return f"dn: cn={address.partition('@')[0]},o=hospital\n{kinds}mail: {address}\n{by_name}{by_address}"


def _other(address: str) -> str:
    return f"proxyAddresses: SMTP:first@hospital.example\nproxyAddresses: smtp:{address}\n" if address else ""


class SignedDns:
    """BIND with a signed zone and an unsigned one, behind unbound, which validates: `resolver` is its address and port.

    Zones are lines of a zone file without its head. What stands in `forged` is put into the signed zone after its signing.
    """

    def __init__(self, folder: Path, signed: Mapping[str, str], unsigned: Mapping[str, str], forged: tuple[str, str] = ("", "")) -> None:
        self._folder = folder
        self._authority_port, port = free_port(), free_port()
        self.resolver = ("127.0.0.1", port)
        anchors, zones = [], []
        for zone, lines in (*signed.items(), *unsigned.items()):
            file = self._write(zone, lines)
            if zone in signed:
                anchors += self._sign(zone, file)
                (file.with_suffix(".signed")).write_text((file.with_suffix(".signed")).read_text().replace(*forged))
                file = file.with_suffix(".signed")
            zones.append(f'zone "{zone}" {{ type primary; file "{file}"; }};')
        (folder / "anchors").write_text("\n".join(anchors) + "\n")
        self._configure(zones, [*signed, *unsigned], list(unsigned))

    def _write(self, zone: str, lines: str) -> Path:
        head = "$TTL 60\n@ SOA ns hostmaster 1 3600 600 86400 60\n@ NS ns\nns A 127.0.0.1\n"
        file = self._folder / f"{zone}.zone"
        file.write_text(f"{head}{lines}\n")
        return file

    def _sign(self, zone: str, file: Path) -> list[str]:
        keygen = [_program("dnssec-keygen"), "-q", "-K", str(self._folder), "-a", "ECDSAP256SHA256"]
        names = [
            subprocess.run([*keygen, *flags, zone], check=True, capture_output=True, text=True).stdout.strip()
            for flags in (["-f", "KSK"], [])
        ]
        sign = [_program("dnssec-signzone"), "-q", "-S", "-x", "-K", str(self._folder), "-d", str(self._folder), "-o", zone]
        subprocess.run([*sign, "-f", str(file.with_suffix(".signed")), str(file)], check=True, capture_output=True)
        lines = (self._folder / f"{names[0]}.key").read_text().splitlines()
        return [line for line in lines if not line.startswith(";")]

    def _configure(self, zones: list[str], names: list[str], insecure: list[str]) -> None:
        folder, here = self._folder, "127.0.0.1"
        (folder / "named.conf").write_text(
            f'options {{ directory "{folder}"; listen-on port {self._authority_port} {{ {here}; }}; listen-on-v6 {{ none; }}; recursion no;'
            f' pid-file none; session-keyfile "{folder}/session"; dnssec-validation no; }};\ncontrols {{ }};\n' + "\n".join(zones)
        )
        stubs = "".join(f"stub-zone:\n  name: {name}\n  stub-addr: {here}@{self._authority_port}\n" for name in names)
        trust = "".join(f"  domain-insecure: {name}\n" for name in insecure)
        (folder / "unbound.conf").write_text(
            f'server:\n  interface: {here}\n  port: {self.resolver[1]}\n  do-daemonize: no\n  username: ""\n  chroot: ""\n  directory: "{folder}"\n'
            f'  pidfile: ""\n  use-syslog: no\n  do-not-query-localhost: no\n  module-config: "validator iterator"\n'
            f'  trust-anchor-file: "{folder}/anchors"\n  local-zone: "example." nodefault\n{trust}{stubs}remote-control:\n  control-enable: no\n'
        )

    def __enter__(self) -> Self:
        named = [_program("named"), "-f", "-c", str(self._folder / "named.conf")]
        unbound = [_program("unbound"), "-d", "-c", str(self._folder / "unbound.conf")]
        self._processes = []
        for command, port in ((named, self._authority_port), (unbound, self.resolver[1])):
            log = self._folder / f"log-{port}"
            with log.open("wb") as file:
                self._processes.append(subprocess.Popen(command, stdout=file, stderr=file))
            wait_for_port(port, self._processes[-1], log)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for process in self._processes:
            process.terminate()
            process.wait(10)


def digest(local: str) -> str:
    """The label of SMIMEA and OPENPGPKEY."""
    return hashlib.sha256(local.encode()).hexdigest()[:56]


def trusting(roots: Path) -> ssl.SSLContext:
    """A client's context that trusts these roots."""
    return ssl.create_default_context(cafile=str(roots))


def _program(name: str) -> str:
    found = shutil.which(name, path=SBIN)
    assert found, f"{name} is not installed"
    return found
