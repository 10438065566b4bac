"""The FAISS library itself: reads an index made here, searches it, and gives one of its own making.

Standard input:  {"index": base64, "metric": 0 | 1, "dimensions": d, "k": k, "queries": base64, "rows": base64, "ids": [...] | null}
Standard output: {"count", "ids", "scores", "own": base64, "own_ids", "own_scores"}; arrays are row-major [queries, k].
"""
import base64
import json
import sys

import faiss
import numpy

request = json.load(sys.stdin)


def floats(name):
    return numpy.frombuffer(base64.b64decode(request[name]), dtype="<f4").reshape(-1, request["dimensions"])


def search(index):
    scores, ids = index.search(floats("queries"), request["k"])
    return ids.tolist(), scores.tolist()


index = faiss.deserialize_index(numpy.frombuffer(base64.b64decode(request["index"]), dtype="uint8"))
ids, scores = search(index)

own = faiss.IndexFlatIP(request["dimensions"]) if request["metric"] == 0 else faiss.IndexFlatL2(request["dimensions"])
if request["ids"] is None:
    own.add(floats("rows"))
else:
    own = faiss.IndexIDMap(own)
    own.add_with_ids(floats("rows"), numpy.array(request["ids"], dtype="int64"))
own_ids, own_scores = search(own)

json.dump(
    {
        "count": index.ntotal,
        "ids": ids,
        "scores": scores,
        "own": base64.b64encode(faiss.serialize_index(own).tobytes()).decode(),
        "own_ids": own_ids,
        "own_scores": own_scores,
    },
    sys.stdout,
)
