"""A web worker: `create_app` joins sources, routes and pages; the guard decides who may do what.

The only room that imports FastAPI and Starlette. It reaches Redis through `data_sources`.
"""
