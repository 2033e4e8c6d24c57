"""`luneo certs`: what is made, for whom, with which modes; an outside judge verifies the chains."""

from __future__ import annotations

import shutil
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from services.cli.exits import Exit
from services.runtime import doctor
from services.runtime.config import Settings, SettingsError
from services.runtime.mesh.authority import Authority, AuthorityUnusable, Subject
from services.runtime.mesh.identities import Identity, Role
from services.runtime.mesh.tls_files import TlsFiles
from tests.platform.installation import luneo

SPEC = Subject(Identity(Role.SERVICE, "spec"), ("spec", "objects"))
GATEWAY = Subject(Identity(Role.GATEWAY, "gateway"))


def authority(folder: Path, *, days: float = 0.0) -> Authority:
    """The authority of a folder, as seen this many days from now."""
    return Authority(folder, datetime.now(UTC) + timedelta(days=days))


def certificate(folder: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate((folder / "tls.crt").read_bytes())


def names_of(cert: x509.Certificate) -> x509.SubjectAlternativeName:
    return cert.extensions.get_extension_for_class(x509.SubjectAlternativeName).value


def test_every_process_gets_a_certificate_that_openssl_verifies(tmp_path: Path) -> None:
    folder = tmp_path / "certs"
    done = luneo("certs", str(folder), "--days", "3")
    assert done.returncode == Exit.OK, done.stderr
    openssl = shutil.which("openssl")
    assert openssl is not None
    for name in ("tenant", "spec", "snapshot", "render", "manufacturing", "server", "worker"):
        for purpose in ("sslserver", "sslclient"):
            judged = subprocess.run(
                [openssl, "verify", "-x509_strict", "-purpose", purpose,
                 "-CAfile", folder / "ca.crt", folder / name / "tls.crt"],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert judged.returncode == 0, judged.stderr
    assert (
        luneo("certs", str(folder)).stdout.count("kept") == done.stdout.count("new ") == 9
    )  # spec's, the others', gateway's and the operator's


def test_keys_are_for_their_user_alone(tmp_path: Path) -> None:
    authority(tmp_path / "certs").issue(SPEC)
    modes = {
        str(path.relative_to(tmp_path)): stat.S_IMODE(path.stat().st_mode)
        for path in tmp_path.rglob("*")
    }
    assert modes == {
        "certs": 0o700, "certs/ca.crt": 0o644, "certs/ca.key": 0o600,
        "certs/spec": 0o700, "certs/spec/ca.crt": 0o644, "certs/spec/tls.crt": 0o644,
        "certs/spec/tls.key": 0o600,
    }  # fmt: skip


def test_a_certificate_names_its_process_and_the_services_it_answers_for(tmp_path: Path) -> None:
    authority(tmp_path).issue(SPEC, hosts=("spec.shop.example", "10.0.0.4"))
    names = names_of(certificate(tmp_path / "spec"))
    assert names.get_values_for_type(x509.UniformResourceIdentifier) == [
        "spiffe://luneo.internal/service/spec"
    ]
    assert {"spec.luneo.internal", "objects.luneo.internal", "spec.shop.example"} <= set(
        names.get_values_for_type(x509.DNSName)
    )
    assert "10.0.0.4" in map(str, names.get_values_for_type(x509.IPAddress))


def test_a_gateway_cannot_pose_as_a_server(tmp_path: Path) -> None:
    authority(tmp_path).issue(GATEWAY)
    cert = certificate(tmp_path / "gateway")
    purposes = cert.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(purposes) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert not names_of(cert).get_values_for_type(x509.DNSName)


def test_only_what_ends_soon_is_made_anew_and_keeps_its_hosts(tmp_path: Path) -> None:
    authority(tmp_path).issue(SPEC, hosts=("spec.shop.example",))
    first = certificate(tmp_path / "spec")
    assert not authority(tmp_path, days=19).issue(SPEC).is_new
    assert authority(tmp_path, days=21).issue(SPEC).is_new
    second = certificate(tmp_path / "spec")
    assert second.not_valid_after_utc > first.not_valid_after_utc
    assert second.public_key() != first.public_key()
    assert set(names_of(second)) == set(names_of(first))


def test_a_further_host_makes_a_new_certificate(tmp_path: Path) -> None:
    authority(tmp_path).issue(SPEC, hosts=("a.example",))
    assert not authority(tmp_path).issue(SPEC, hosts=("a.example",)).is_new
    assert authority(tmp_path).issue(SPEC, hosts=("b.example",)).is_new
    found = names_of(certificate(tmp_path / "spec")).get_values_for_type(x509.DNSName)
    assert {"a.example", "b.example"} <= set(found)


def test_no_certificate_outlives_its_authority(tmp_path: Path) -> None:
    authority(tmp_path)
    late = authority(tmp_path, days=360)
    ca = x509.load_pem_x509_certificate((tmp_path / "ca.crt").read_bytes())
    assert late.issue(SPEC).until == ca.not_valid_after_utc
    with pytest.raises(AuthorityUnusable, match="expired"):
        authority(tmp_path, days=366)


def test_half_an_authority_is_not_made_whole_by_another_key(tmp_path: Path) -> None:
    authority(tmp_path)
    (tmp_path / "ca.key").unlink()
    done = luneo("certs", str(tmp_path))
    assert done.returncode == Exit.BAD_INPUT
    assert "half an authority" in done.stderr


def test_an_authority_s_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    authority(tmp_path)
    (tmp_path / "ca.key").chmod(0o640)
    with pytest.raises(AuthorityUnusable, match="chmod 600"):
        authority(tmp_path)


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    authority(tmp_path).issue(SPEC)
    (tmp_path / "spec" / "tls.key").chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        TlsFiles(tmp_path / "spec")


def test_half_a_rotation_is_not_taken_and_the_whole_one_is(tmp_path: Path) -> None:
    made = authority(tmp_path)
    folder = made.issue(SPEC).folder
    clock_s = iter(range(0, 1000, 2))
    files = TlsFiles(folder, now_s=lambda: next(clock_s))
    before, old_key = files.current(), (folder / "tls.key").read_bytes()
    made.issue(SPEC, renew=True)
    new_key = (folder / "tls.key").read_bytes()
    (folder / "tls.key").write_bytes(old_key)
    assert files.current() is before
    (folder / "tls.key").write_bytes(new_key)
    assert files.current().chain == (folder / "tls.crt").read_bytes() != before.chain
    (folder / "tls.crt").unlink()
    assert files.current().key == new_key


@pytest.mark.parametrize(
    ("uri", "known"),
    [
        ("spiffe://luneo.internal/service/spec", True),
        ("spiffe://luneo.internal/client/operator", True),
        ("spiffe://elsewhere.internal/service/spec", False),
        ("spiffe://luneo.internal/admin/spec", False),
        ("spiffe://luneo.internal/service/spec/more", False),
        ("spiffe://luneo.internal/service/spec\n", False),
        ("https://luneo.internal/service/spec", False),
    ],
)
def test_only_ids_of_ours_are_identities(uri: str, known: bool) -> None:
    assert (Identity.parse(uri) is not None) is known
    assert (Identity.of_peer({"peer_uri": [uri.encode()]}) is not None) is known


def test_a_certificate_of_two_ids_is_nobody() -> None:
    uri = b"spiffe://luneo.internal/service/spec"
    assert Identity.of_peer({"peer_uri": [uri, uri]}) is None
    assert Identity.of_peer({}) is None


@pytest.mark.parametrize(
    ("made_days_ago", "state", "says"),
    [(0, "well", "valid until"), (25, "note", "luneo certs"), (31, "ill", "expired")],
)
def test_doctor_tells_of_certificates_that_end(
    tmp_path: Path, made_days_ago: int, state: str, says: str
) -> None:
    folder = authority(tmp_path, days=-made_days_ago).issue(SPEC).folder
    settings = Settings.from_environment({}, data=tmp_path / "data", tls_dir=str(folder))
    (found,) = (one for one in doctor.examine(settings, lambda _: []) if one.part == "certificates")
    assert found.state == state
    assert says in found.sentence
