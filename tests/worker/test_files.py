"""What the worker does with stored files: copies that race with their removal, the sweep."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import col, select, update

from app.guard.client import smaller_copies
from app.guard.refusals import Busy
from app.worker import files as tasks
from app.worker.files import Copying, sweep
from sad.attachments.store import StorageUnavailable, new_object_name, put
from sad.attachments.tables import Attachment
from sad.due.sweeping import tables_naming_objects
from sad.offers.sealing import SlotUnreadable
from sad.offers.tables import OfferSlot
from sad.suppliers.tables import SupplierPaper
from tests.attachments.samples import PDF
from tests.offers.scene import Scene, make_scene
from tests.support.photos import photograph
from tests.support.web import Site
from tests.web.test_answers import base, files, send, upload

OLD = timedelta(hours=49)


@pytest.fixture
def scene(site: Site) -> Scene:
    with site.work() as work:
        return make_scene(work, site.cast)


def names(site: Site) -> set[str]:
    return {path.name for path in files(site)}


def aged(site: Site, name: str, by: timedelta = OLD) -> Path:
    """An object made older than it is."""
    path = site.wiring.settings.data_dir / "files" / "objects" / name
    at = (site.wiring.clock.real() - by).timestamp()
    os.utime(path, (at, at))
    return path


def stray(site: Site, by: timedelta) -> str:
    """An object that nothing names."""
    name = new_object_name()
    put(site.wiring.store, name, [b"x"])
    aged(site, name, by)
    return name


def kept_by_rows(site: Site, scene: Scene) -> set[str]:
    """A document of the buyer's with its copy, a paper of a supplier's that was taken out."""
    made = [stray(site, OLD) for _ in range(3)]
    with site.work() as work:
        work.add(
            Attachment(
                organisation_id=scene.cast.organisation_id,
                owner_kind="market",
                owner_id=scene.market_id,
                name="plan.pdf",
                media_type="application/pdf",
                size=1,
                sha256="0" * 64,
                object_name=made[0],
                copies=[{"side": 320, "width": 1, "height": 1, "object": made[1], "key": ""}],
                created_at=work.now,
            )
        )
        work.add(
            SupplierPaper(
                supplier_id=scene.cast.suppliers["alder"],
                kind="insurance",
                name="assurance.pdf",
                object_name=str(UUID(made[2])),  # written with dashes
                created_at=work.now,
                removed_at=work.now,
            )
        )
    return set(made)


def test_only_old_objects_that_nothing_names_are_swept(site: Site, scene: Scene) -> None:
    client = site.as_("alder")
    sent = upload(client, scene, "photo.jpg", photograph()).json()["id"]
    Copying().run(site.wiring, "test")
    send(client, scene)
    client.post(
        f"{base(scene)}/fichiers/{sent}/retirer"
    )  # out of the draft, still in what was sent
    upload(client, scene, "brouillon.pdf", PDF)
    kept = names(site) | kept_by_rows(site, scene)
    assert len(kept) == 3 + 1 + 3
    for name in kept:
        aged(site, name)
    recent, rubbish = stray(site, timedelta(hours=47)), stray(site, OLD)
    sweep(site.wiring, "test")
    assert names(site) == kept | {recent}
    assert rubbish not in names(site)


def test_one_slot_that_does_not_open_stops_the_sweep_whole(site: Site, scene: Scene) -> None:
    rubbish = stray(site, OLD)
    with site.work() as work:
        broken = update(OfferSlot).where(col(OfferSlot.applicant_id) == scene.applicants["birch"])
        work.session.exec(broken.values(mine=os.urandom(16_432)))
    with pytest.raises(SlotUnreadable):
        sweep(site.wiring, "test")
    assert names(site) == {rubbish}


def test_every_table_that_names_an_object_is_known_by_its_column() -> None:
    assert {table.name for table in tables_naming_objects()} >= {"attachment", "supplier_paper"}


def test_copies_of_a_file_removed_meanwhile_are_not_left_behind(
    site: Site, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = site.as_("alder")
    id_ = upload(client, scene, "photo.jpg", photograph()).json()["id"]
    made = smaller_copies

    def removed_first(data: bytes) -> Any:
        client.post(f"{base(scene)}/fichiers/{id_}/retirer")
        return made(data)

    monkeypatch.setattr(tasks, "smaller_copies", removed_first)
    Copying().run(site.wiring, "test")
    assert names(site) == set()


@pytest.mark.parametrize("failure", [Busy(), StorageUnavailable(), RuntimeError()])
def test_a_failure_on_a_sealed_answer_is_silent_and_tried_again(
    site: Site,
    scene: Scene,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    failure: Exception,
) -> None:
    upload(site.as_("alder"), scene, "photo.jpg", photograph())
    copying = Copying()

    def fails(data: bytes) -> Any:
        raise failure

    with monkeypatch.context() as patched:
        patched.setattr(tasks, "smaller_copies", fails)
        copying.run(site.wiring, "test")
    assert len(files(site)) == 1
    assert [one for one in caplog.records if one.levelname in ("WARNING", "ERROR")] == []
    copying.run(site.wiring, "test")
    assert len(files(site)) == 3


def test_pictures_of_the_buyers_lines_are_copied_too(site: Site, scene: Scene) -> None:
    name = new_object_name()
    put(site.wiring.store, name, [photograph()])
    with site.work() as work:
        work.add(
            Attachment(
                organisation_id=scene.cast.organisation_id,
                owner_kind="frame_line",
                owner_id=uuid4(),
                name="modele.jpg",
                media_type="image/jpeg",
                size=1,
                sha256="0" * 64,
                object_name=name,
                created_at=work.now,
            )
        )
    Copying().run(site.wiring, "test")
    with site.read() as work:
        copies = work.session.exec(select(Attachment)).one().copies
    assert copies is not None
    assert [copy["side"] for copy in copies] == [1280, 320]
