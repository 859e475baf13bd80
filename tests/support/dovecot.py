"""A real Dovecot on free ports: IMAP with STARTTLS and with TLS, LMTP, and a SASL socket for Postfix. Debian: dovecot-imapd, dovecot-lmtpd.

It needs no privileges: as root it runs as the package's own user `dovecot`.
"""

import grp
import os
import pwd
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from tests.support.authority import Issued
from tests.support.servers import free_port, wait_for_port

_CONFIGURATION = """
protocols = imap lmtp
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
log_path = {folder}/log
mail_location = maildir:{folder}/mail/%u
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
first_valid_gid = 1
ssl = required
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.key
ssl_min_protocol = TLSv1.2
disable_plaintext_auth = yes
auth_mechanisms = plain login
auth_username_format = %Lu
mail_fsync = never
auth_failure_delay = 0
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/users
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
  mailbox Entwürfe {{
    auto = create
    special_use = \\Drafts
  }}
  mailbox Sent {{
    auto = create
    special_use = \\Sent
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = {imaps_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp_port}
  }}
}}
service auth {{
  unix_listener auth-postfix {{
    mode = 0666
  }}
}}
"""


class Dovecot:
    """The server while it is entered; `folder` must be a `server_folder`."""

    def __init__(self, folder: Path, certificate: Issued, passwords: Mapping[str, str]) -> None:
        """Write its configuration."""
        self.imap_port, self.imaps_port, self.lmtp_port = free_port(), free_port(), free_port()
        self.sasl_socket = folder / "run" / "auth-postfix"
        self._folder = folder
        self._user = "dovecot" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        self._group = grp.getgrgid(pwd.getpwnam(self._user).pw_gid).gr_name
        for name in ("run", "state", "mail"):
            (folder / name).mkdir()
        shutil.copy(certificate.certificate, folder / "server.pem")
        shutil.copy(certificate.key, folder / "server.key")
        (folder / "users").write_text("".join(f"{user}:{{PLAIN}}{password}::::::\n" for user, password in passwords.items()))
        ports = {"imap_port": self.imap_port, "imaps_port": self.imaps_port, "lmtp_port": self.lmtp_port}
        (folder / "dovecot.conf").write_text(_CONFIGURATION.format(folder=folder, user=self._user, group=self._group, **ports))

    def __enter__(self) -> Self:
        owner = pwd.getpwnam(self._user)
        for path in (self._folder, *self._folder.rglob("*")):
            os.chown(path, owner.pw_uid, owner.pw_gid)
        as_user = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        self._process = subprocess.Popen(
            ["/usr/sbin/dovecot", "-F", "-c", str(self._folder / "dovecot.conf")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **as_user,  # type: ignore[call-overload]
        )
        try:
            for port in (self.imap_port, self.imaps_port, self.lmtp_port):
                wait_for_port(port, self._process, self._folder / "log")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(20)
