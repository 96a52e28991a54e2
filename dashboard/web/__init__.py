"""What lives in a web worker: the app, who may do what, routes, pages."""
