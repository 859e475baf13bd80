"""The key ring: own and others' certificates and keys, with who vouches for them and since when.

Rules: certificates, private keys and the passphrase of the OpenPGP home lie in the encrypted store; OpenPGP keys lie in a GnuPG home of the
program's own under that passphrase. Where policy names S/MIME anchors only they vouch; where it names none, the authorities accepted here do.
Old private keys stay for reading.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, cast

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat, load_der_private_key

from securemail_desktop.encryption.errors import EncryptionError, NoKey
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.openpgp import key as openpgp_key
from securemail_desktop.encryption.openpgp.home import GpgHome
from securemail_desktop.encryption.openpgp.protect import Signer
from securemail_desktop.encryption.record import KeyRecord, Role, decode, encode
from securemail_desktop.encryption.records import Records
from securemail_desktop.encryption.smime.ability import Ability
from securemail_desktop.encryption.smime.certificate import Trust, Use, flaw, is_issued_by
from securemail_desktop.encryption.smime.identity import Identity, PrivateKey, sha256_of
from securemail_desktop.encryption.standing import Mode, Standing, State, objection
from securemail_desktop.encryption.standing import decode as decode_standing
from securemail_desktop.encryption.standing import encode as encode_standing
from securemail_desktop.message.address import Address

_RECORD, _CERTIFICATE, _KEY, _PASSPHRASE = "key-record", "smime-certificate", "smime-key", "openpgp-passphrase"
_REQUESTED, _STANDING, _ABILITIES = "smime-requested-key", "smime-standing", "smime-abilities"
_LONGEST_CHAIN = 8


class Secrets(Protocol):
    """Where secrets lie, by kind and name; `store.vault.Vault` implements it."""

    def put(self, kind: str, name: str, secret: bytes) -> None:
        """Store or replace."""
        ...

    def get(self, kind: str, name: str) -> bytes | None:
        """Return the secret or None."""
        ...

    def names(self, kind: str) -> list[str]:
        """Return the names of one kind."""
        ...

    def remove(self, kind: str, name: str) -> None:
        """Forget; unknown names are no error."""
        ...


@dataclass(frozen=True, slots=True)
class OwnKeys:
    """What the owner of an address can sign with now, and the keys (`Capability.key`) of copies for himself; empty or None where there is none."""

    address: Address
    smime: Identity | None = None
    openpgp: Signer | None = None
    smime_key: str = ""
    openpgp_key: str = ""

    def key(self, method: Method) -> str:
        """Return the own key for copies to oneself by this method, or an empty text."""
        return {Method.SMIME: self.smime_key, Method.OPENPGP: self.openpgp_key}.get(method, "")

    def can_sign(self, method: Method) -> bool:
        """Say whether the owner can send by this method: everything encrypted is signed inside."""
        return {Method.SMIME: self.smime is not None, Method.OPENPGP: self.openpgp is not None}.get(method, True)


class KeyRing:
    """The open key ring. GnuPG starts only when an OpenPGP key is needed."""

    def __init__(self, vault: Secrets, gpg_folder: Path, anchors: Sequence[str] = ()) -> None:
        """Keep the open store; `anchors` are the PEM certificates that policy names for S/MIME. Raise `EncryptionError` for a broken one."""
        self._vault = vault
        self._gpg_folder = gpg_folder
        self._vouching: tuple[tuple[object, ...], Trust] | None = None  # with what it was made of
        self.revocation = Mode.SOFT
        self.anchor(anchors)
        self._home: GpgHome | None = None
        self.reload()

    def anchor(self, anchors: Sequence[str]) -> None:
        """Let these PEM certificates of policy vouch from now on; raise `EncryptionError` for a broken one, and change nothing."""
        self._anchors = _parsed(anchors)

    def reload(self) -> None:
        """Read again what another program may have changed."""
        found = (self._vault.get(_RECORD, name) for name in sorted(self._vault.names(_RECORD)))
        self._take(decode(document) for document in found if document is not None)
        standings = ((name, self._vault.get(_STANDING, name)) for name in self._vault.names(_STANDING))
        self._standings = {name: decode_standing(document) for name, document in standings if document is not None}
        self._certificates: dict[str, x509.Certificate] = {}
        self._private: dict[str, Identity] = {}
        if self._home is not None:
            self._home.changed()

    def records(self, role: Role | None = None) -> tuple[KeyRecord, ...]:
        """Return what the ring holds, all or of one role."""
        return self._records.every if role is None else self._records.in_role(role)

    def records_of(self, address: Address) -> tuple[KeyRecord, ...]:
        """Return what the ring holds for an address, in no time however much that is for others."""
        return self._records.of(address.key)

    def record(self, method: Method, key: str) -> KeyRecord:
        """Return one record; raise `NoKey`."""
        return self.named(f"{method.value}:{key}")

    def named(self, name: str) -> KeyRecord:
        """Return a record by its name; raise `NoKey`."""
        found = self._records.named(name)
        if found is None:
            raise NoKey("This key is not in the key ring any more.")
        return found

    def keep(self, record: KeyRecord) -> None:
        """Store or replace a record."""
        self._vault.put(_RECORD, record.name, encode(record))
        others = (r for r in self._records.every if r.name != record.name)
        self._take(sorted((*others, record), key=lambda r: r.name))

    def forget(self, record: KeyRecord) -> None:
        """Forget a correspondent's key that nobody decided on."""
        self._vault.remove(_RECORD, record.name)
        if record.method is Method.SMIME:
            self._vault.remove(_CERTIFICATE, record.key)
            self._certificates.pop(record.key, None)
        else:
            self.home().remove(record.key)
        self._take(r for r in self._records.every if r.name != record.name)

    def keep_certificate(self, certificate: x509.Certificate, private_key: bytes = b"") -> None:
        """Store a certificate, and its private key as PKCS #8 DER where it is the user's own."""
        name = sha256_of(certificate)
        if private_key:
            self._vault.put(_KEY, name, private_key)
        self._vault.put(_CERTIFICATE, name, certificate.public_bytes(Encoding.DER))

    def keep_requested(self, key: PrivateKey) -> None:
        """Store the private key of a request until its certificate comes."""
        self._vault.put(_REQUESTED, _public_name(key), key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))

    def requested(self) -> tuple[PrivateKey, ...]:
        """Return the private keys that wait for a certificate."""
        found = (self._vault.get(_REQUESTED, name) for name in self._vault.names(_REQUESTED))
        return tuple(cast("PrivateKey", load_der_private_key(der, None)) for der in found if der is not None)

    def answer_request(self, key: PrivateKey) -> None:
        """Forget that a key waits: it lies beside its certificate now."""
        self._vault.remove(_REQUESTED, _public_name(key))

    def certificate(self, sha256: str) -> x509.Certificate:
        """Return a certificate by its hex SHA-256; raise `NoKey`."""
        if sha256 not in self._certificates:
            der = self._vault.get(_CERTIFICATE, sha256)
            if der is None:
                raise NoKey("This certificate is not in the key ring any more.")
            self._certificates[sha256] = x509.load_der_x509_certificate(der)
        return self._certificates[sha256]

    def trust(self) -> Trust:
        """Return who vouches for S/MIME certificates: the same object until that changes, since it remembers for whom."""
        under = self._records, self._anchors, self._standings, self.revocation
        if self._vouching is None or any(one is not other for one, other in zip(self._vouching[0], under, strict=True)):
            self._vouching = under, self._who_vouches(*under)
        return self._vouching[1]

    def _who_vouches(self, records: Records, anchors: tuple[x509.Certificate, ...], standings: Mapping[str, Standing], mode: Mode) -> Trust:
        known = [(r, self.certificate(r.key)) for r in records.in_role(Role.AUTHORITY)]
        local = tuple(certificate for record, certificate in known if record.accepted)
        intermediates = tuple(certificate for _, certificate in known)
        return Trust(anchors or local, intermediates, records.accepted(Method.SMIME), _revoked(standings, mode))

    def issued(self, certificate: x509.Certificate) -> tuple[tuple[x509.Certificate, x509.Certificate], ...]:
        """Return the certificate with its issuer, its issuer with that one's, up to an anchor; empty where the issuer is not known."""
        authorities = (*self._anchors, *(self.certificate(r.key) for r in self.records(Role.AUTHORITY)))
        pairs: list[tuple[x509.Certificate, x509.Certificate]] = []
        while certificate.issuer != certificate.subject and len(pairs) < _LONGEST_CHAIN:
            named = [c for c in authorities if c.subject == certificate.issuer]
            issuer = named[0] if len(named) == 1 else next((c for c in named if is_issued_by(certificate, c)), None)
            if issuer is None:
                break
            pairs.append((certificate, issuer))
            certificate = issuer
        return tuple(pairs)

    def standing(self, sha256: str) -> Standing | None:
        """Return what the authority of a certificate said of it last, None where it was never asked."""
        return self._standings.get(sha256)

    def note(self, sha256: str, standing: Standing) -> None:
        """Keep what the authority of a certificate says of it."""
        self._vault.put(_STANDING, sha256, encode_standing(standing))
        self._standings = {**self._standings, sha256: standing}

    def abilities(self, sha256: str) -> frozenset[Ability]:
        """Return what the owner of a certificate announced to be able to open, beyond what every program can."""
        document = self._vault.get(_ABILITIES, sha256)
        return frozenset(Ability(each) for each in json.loads(document)[1] if each in set(Ability)) if document else frozenset()

    def note_abilities(self, sha256: str, abilities: Iterable[str], at: datetime) -> None:
        """Keep what the owner of a certificate announced at a time, unless something newer is known."""
        document = self._vault.get(_ABILITIES, sha256)
        if document is None or datetime.fromisoformat(json.loads(document)[0]) < at:
            self._vault.put(_ABILITIES, sha256, json.dumps([at.isoformat(), sorted(abilities)]).encode("ascii"))

    def objection(self, certificate: x509.Certificate, whose: str, now: datetime) -> str:
        """Return why its authority's word forbids to use a certificate, or an empty text; `whose` names it in words.

        Of those that a person accepted and no authority vouches for, no authority needs to confirm anything.
        """
        name = sha256_of(certificate)
        mode = self.revocation
        if mode is Mode.HARD and name in self.accepted(Method.SMIME) and not self.issued(certificate):
            mode = Mode.SOFT
        found = objection(self.standing(name), whose, mode, now)
        others = (
            objection(self.standing(sha256_of(c)), f"the authority of {whose}", Mode.SOFT, now) for c, _ in self.issued(certificate)[1:]
        )
        return found or (next(filter(None, others), "") if mode is not Mode.OFF else "")

    def accepted(self, method: Method) -> frozenset[str]:
        """Return the keys of a method that a person accepted, own ones included."""
        return self._records.accepted(method)

    def identities(self) -> tuple[Identity, ...]:
        """Return all own certificates with their private keys, old ones too: they open old mail."""
        return tuple(self._identity(r.key) for r in self.records(Role.OWN) if r.method is Method.SMIME)

    def own(self, address: Address, now: datetime) -> OwnKeys:
        """Return what the owner of the address can use now; a missing GnuPG means no OpenPGP key, a lost private key no certificate."""
        mine = [r for r in self.records_of(address) if r.role is Role.OWN and not r.refused]
        smime = [identity for r in mine if r.method is Method.SMIME and (identity := self._kept_identity(r.key))]
        smime.sort(key=lambda identity: identity.certificate.not_valid_before_utc, reverse=True)
        taken_back = _revoked(self._standings, self.revocation)
        smime = [i for i in smime if sha256_of(i.certificate) not in taken_back]
        smime.sort(key=lambda identity: isinstance(identity.key, Ed25519PrivateKey))  # fewer programs can verify those
        signing = next((i for i in smime if not flaw(i.certificate, address, Use.SIGN, now)), None)
        opening = next((sha256_of(i.certificate) for i in smime if not flaw(i.certificate, address, Use.ENCRYPT, now)), "")
        fingerprint = self._own_openpgp(mine, address, now)
        signer = Signer(fingerprint, self.passphrase()) if fingerprint else None
        return OwnKeys(address, signing, signer, opening, fingerprint)

    def home(self) -> GpgHome:
        """Return the open GnuPG home; raise `NoGnuPG`."""
        home = self._home  # another thread may close the ring meanwhile
        if home is None:
            self._home = home = GpgHome(self._gpg_folder)
        return home

    def passphrase(self) -> str:
        """Return the random passphrase of the own OpenPGP keys; it is made once and known to the store only."""
        found = self._vault.get(_PASSPHRASE, "home")
        if found is None:
            found = secrets.token_hex(32).encode("ascii")
            self._vault.put(_PASSPHRASE, "home", found)
        return found.decode("ascii")

    def close(self) -> None:
        """End GnuPG's agent and forget private keys; what is asked of it afterwards is read from the store again."""
        self._private = {}
        if self._home is not None:
            self._home.close()
            self._home = None

    def _take(self, records: Iterable[KeyRecord]) -> None:
        self._records = Records(records)

    def _kept_identity(self, sha256: str) -> Identity | None:
        try:
            return self._identity(sha256)
        except (NoKey, ValueError):
            return None

    def _identity(self, sha256: str) -> Identity:
        if sha256 not in self._private:
            der = self._vault.get(_KEY, sha256)
            if der is None:
                raise NoKey("The private key of one of your certificates is not in the store any more: import it again.")
            key = cast("PrivateKey", load_der_private_key(der, None, unsafe_skip_rsa_key_validation=True))  # validated at import
            certificate = self.certificate(sha256)
            self._private[sha256] = Identity(certificate, key, self._chain_of(certificate))
        return self._private[sha256]

    def _chain_of(self, certificate: x509.Certificate) -> tuple[x509.Certificate, ...]:
        """Return the known authorities between the certificate and the root; roots are left out, receivers have their own."""
        chain: list[x509.Certificate] = []
        authorities = {c.subject: c for c in (self.certificate(r.key) for r in self.records(Role.AUTHORITY))}
        issuer = authorities.get(certificate.issuer)
        while issuer is not None and issuer.issuer != issuer.subject and issuer not in chain:
            chain.append(issuer)
            issuer = authorities.get(issuer.issuer)
        return tuple(chain)

    def _own_openpgp(self, mine: Sequence[KeyRecord], address: Address, now: datetime) -> str:
        candidates = [r.key for r in sorted(mine, key=lambda r: r.obtained, reverse=True) if r.method is Method.OPENPGP]
        if not candidates:
            return ""
        try:
            keys = [key for key in map(self.home().key, candidates) if key is not None and key.secret]
        except EncryptionError:
            return ""
        return next((key.fingerprint for key in keys if not openpgp_key.flaw(key, address, now)), "")


def _revoked(standings: Mapping[str, Standing], mode: Mode) -> Mapping[str, Standing]:
    if mode is Mode.OFF:
        return {}
    return {name: standing for name, standing in standings.items() if standing.state is State.REVOKED}


def _public_name(key: PrivateKey) -> str:
    return hashlib.sha256(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def _parsed(anchors: Sequence[str]) -> tuple[x509.Certificate, ...]:
    try:
        return tuple(c for pem in anchors for c in x509.load_pem_x509_certificates(pem.encode("ascii")))
    except ValueError as error:
        raise EncryptionError("An S/MIME anchor of the policy is not a PEM certificate.") from error
