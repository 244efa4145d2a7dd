"""The floor: an endpoint that does nothing, in the framework everybody pays for."""

from fastapi import FastAPI

app = FastAPI()


@app.get("/")
def nothing() -> dict[str, bool]:
    """Nothing."""
    return {"ok": True}
