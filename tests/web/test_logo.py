"""The organisation's logo: put, shown on public pages, replaced, taken away."""

import io

from PIL import Image

from tests.support.published import published_system
from tests.support.web import Site, text_of

PAGE = "/parametres/organisation"


def _png(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (900, 300), colour).save(out, "PNG")
    return out.getvalue()


def test_a_logo_dresses_the_pages_until_another_does(site: Site) -> None:
    with site.work("officer") as work:
        system_id, _ = published_system(work)
    administrator = site.as_("administrator")
    assert "brand-logo" not in site.anonymous().get(f"/sad/{system_id}").text
    addresses = []
    for colour in ("navy", "green"):
        sent = administrator.post(f"{PAGE}/logo", files={"logo": ("logo.png", _png(colour))})
        assert sent.status_code == 303, text_of(sent)
        public = site.anonymous().get(f"/sad/{system_id}").text
        addresses.append(public.split('class="brand-logo" src="')[1].split('"')[0])
    assert site.anonymous().get(addresses[0]).status_code == 404
    shown = site.anonymous().get(addresses[1])
    assert shown.headers["content-type"] == "image/jpeg"
    assert "immutable" in shown.headers["cache-control"]
    assert Image.open(io.BytesIO(shown.content)).size == (320, 107)
    assert addresses[1] in site.as_("buyer").get("/marches").text
    administrator.post(f"{PAGE}/logo/retirer", {})
    assert "brand-logo" not in site.anonymous().get(f"/sad/{system_id}").text
    assert site.anonymous().get(addresses[1]).status_code == 404


def test_what_is_no_image_changes_nothing(site: Site) -> None:
    administrator = site.as_("administrator")
    for name, content, said in (
        ("logo.png", b"<svg onload='x'/>", "image"),
        ("logo.png", b"x" * 5_000_001, "trop gros"),
        ("", b"", "Choisissez une image"),
    ):
        refused = administrator.post(f"{PAGE}/logo", files={"logo": (name, content)})
        assert refused.status_code == 422
        assert said in text_of(refused)
    assert "Changer le logo" not in text_of(administrator.get(PAGE))
    assert (
        site.as_("officer").post(f"{PAGE}/logo", files={"logo": ("l.png", _png("red"))}).status_code
        == 403
    )
