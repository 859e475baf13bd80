"""A real Postfix on free ports; one with submission by STARTTLS and TLS, sign-in by Dovecot, delivery to Dovecot. Debian: postfix.

Its master needs root (sudo without a password elsewhere); configuration, queue and log lie in a folder of its own.
"""

import pwd
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from tests.support.authority import Issued
from tests.support.dovecot import Dovecot
from tests.support.servers import as_root, free_port, wait_for_port

SIZE_LIMIT = 1_000_000

_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.clinic.example
mydomain = clinic.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks =
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
alias_maps =
alias_database =
local_transport = error:no local
default_transport = error:no outside mail in tests
virtual_mailbox_domains = {domains}
virtual_mailbox_maps = inline:{{ {mailboxes} }}
virtual_transport = lmtp:inet:127.0.0.1:{lmtp_port}
message_size_limit = {limit}
smtpd_tls_cert_file = {folder}/server.pem
smtpd_tls_key_file = {folder}/server.key
smtpd_tls_received_header = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {sasl}
smtpd_sasl_security_options = noanonymous
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_peername_lookup = no
smtp_host_lookup = native
"""

_MASTER = """
{submission_port}      inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_tls_mandatory_protocols=>=TLSv1.2
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_tls_auth_only=yes
{tls_port}      inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
  -o smtpd_sasl_auth_enable=yes
"""

SERVICES = """\
cleanup   unix  n       -       n       -       0       cleanup
qmgr      unix  n       -       n       300     1       qmgr
tlsmgr    unix  -       -       n       1000?   1       tlsmgr
rewrite   unix  -       -       n       -       -       trivial-rewrite
bounce    unix  -       -       n       -       0       bounce
defer     unix  -       -       n       -       0       bounce
trace     unix  -       -       n       -       0       bounce
verify    unix  -       -       n       -       1       verify
proxymap  unix  -       -       n       -       -       proxymap
error     unix  -       -       n       -       -       error
retry     unix  -       -       n       -       -       error
lmtp      unix  -       -       n       -       -       lmtp
anvil     unix  -       -       n       -       1       anvil
postlog   unix-dgram n  -       n       -       1       postlogd
"""


class PostfixServer:
    """A server while it is entered; `folder` must be a `server_folder`, `ports` are those that it must open."""

    def __init__(self, folder: Path, certificate: Issued, main: str, master: str, ports: Sequence[int]) -> None:
        """Write its configuration."""
        self._folder, self._ports = folder, ports
        self._etc = str(folder / "etc")
        for name in ("etc", "queue", "data"):
            (folder / name).mkdir()
        shutil.copy(certificate.certificate, folder / "server.pem")
        shutil.copy(certificate.key, folder / "server.key")
        (folder / "etc" / "main.cf").write_text(main)
        (folder / "etc" / "master.cf").write_text(master)

    def __enter__(self) -> Self:
        owner = str(pwd.getpwnam("postfix").pw_uid)
        self._run("chown", "-R", "root:root", str(self._folder))
        self._run("chown", owner, str(self._folder / "data"))
        self._process = subprocess.Popen(
            as_root("/usr/sbin/postfix", "-c", self._etc, "start-fg"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            for port in self._ports:
                wait_for_port(port, self._process, self._folder / "log")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._run("/usr/sbin/postfix", "-c", self._etc, "stop")
        self._process.wait(20)
        self._run("rm", "-rf", str(self._folder))

    def _run(self, *command: str) -> str:
        done = subprocess.run(as_root(*command), check=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=30)
        return done.stdout.decode(errors="replace")


class Postfix(PostfixServer):
    """One that delivers mail for `mailboxes` to the Dovecot."""

    def __init__(self, folder: Path, certificate: Issued, dovecot: Dovecot, mailboxes: Sequence[str], limit: int = SIZE_LIMIT) -> None:
        """Write its configuration."""
        self.submission_port, self.tls_port = free_port(), free_port()
        main = _MAIN.format(
            folder=folder,
            domains=", ".join(sorted({mailbox.partition("@")[2] for mailbox in mailboxes})),
            mailboxes=", ".join(f"{{ {mailbox} = x }}" for mailbox in mailboxes),
            lmtp_port=dovecot.lmtp_port,
            limit=limit,
            sasl=dovecot.sasl_socket,
        )
        master = _MASTER.format(submission_port=self.submission_port, tls_port=self.tls_port) + SERVICES
        super().__init__(folder, certificate, main, master, (self.submission_port, self.tls_port))
