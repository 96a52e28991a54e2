"""The app for gunicorn: ``gunicorn -k uvicorn.workers.UvicornWorker app:server``."""

from dashboard.web.app import create_app

app = create_app()
server = app.server
