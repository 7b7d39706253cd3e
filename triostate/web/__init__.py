"""HTTP: the gate, the routes, pages, the stream and the events. The only importer of Quart."""
