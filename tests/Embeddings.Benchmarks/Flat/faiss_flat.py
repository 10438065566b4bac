"""FAISS' flat index on rows like those of the flat command: prints the best milliseconds a query for each batch.

Arguments: rows dimensions batch,batch,...
"""
import sys
import time

import faiss
import numpy

rows, dimensions = int(sys.argv[1]), int(sys.argv[2])
random = numpy.random.default_rng(1)
index = faiss.IndexFlatIP(dimensions)
for start in range(0, rows, 100_000):
    block = random.standard_normal((min(100_000, rows - start), dimensions), dtype="float32")
    faiss.normalize_L2(block)
    index.add(block)

for batch in map(int, sys.argv[3].split(",")):
    queries = random.standard_normal((batch, dimensions), dtype="float32")
    faiss.normalize_L2(queries)
    index.search(queries, 10)
    times = []
    for _ in range(5):
        began = time.perf_counter()
        index.search(queries, 10)
        times.append(1000 * (time.perf_counter() - began) / batch)
    print(f"{batch} {min(times):.3f}", flush=True)
print(f"version {faiss.__version__} {faiss.get_compile_options().strip()}, {faiss.omp_get_max_threads()} threads")
