"""Python clients that were written for other servers, and newer or other ones for OpenAI's.

Arguments: the server's root URL. Standard input: a JSON array of texts. Output: one JSON line a case.
"""

import asyncio
import json
import sys

import huggingface_hub
import ollama
import openai

root = sys.argv[1]
texts = json.loads(sys.stdin.buffer.read())
of_ollama = ollama.Client(root)
of_hugging_face = huggingface_hub.InferenceClient(model=root)
of_openai = openai.OpenAI(base_url=f"{root}/v1", api_key="unused", max_retries=0)


def main():
    embed("ollama", lambda: of_ollama.embed("all-minilm", texts).embeddings)
    embed("ollama, one prompt", lambda: [of_ollama.embeddings("all-minilm:l6-v2", text).embedding for text in texts])
    embed("ollama, pulled", pulled)
    embed("huggingface_hub", lambda: of_hugging_face.feature_extraction(texts))
    embed("huggingface_hub, one text", lambda: [of_hugging_face.feature_extraction(text)[0] for text in texts])
    embed("OpenAI Python 3", lambda: [item.embedding for item in of_openai.embeddings.create(model="tei", input=texts).data])
    embed("OpenAI Python 3, async", lambda: asyncio.run(embed_async()))
    write(case="sentence_similarity", ids=similar())
    write(case="ollama, models", ids=[model.model for model in of_ollama.list().models])
    refusal("ollama, unknown model", lambda: of_ollama.embed("no-such-model", texts))
    refusal("ollama, unknown model shown", lambda: of_ollama.show("no-such-model"))


def pulled():
    name = of_ollama.pull("all-minilm") and of_ollama.ps().models[0].model
    assert of_ollama.show(name).modelinfo["general.architecture"] == "bert"
    return of_ollama.embed(name, texts).embeddings


async def embed_async():
    client = openai.AsyncOpenAI(base_url=f"{root}/v1", api_key="unused", max_retries=0)
    return [item.embedding for item in (await client.embeddings.create(model="tei", input=texts)).data]


def similar():
    """The numbers of the texts, those most like the first one first."""
    scores = of_hugging_face.sentence_similarity(texts[0], texts)
    return [str(i) for i in sorted(range(len(texts)), key=lambda i: -scores[i])]


def embed(case, call):
    try:
        write(case=case, vectors=[[float(number) for number in vector] for vector in call()])
    except Exception as error:  # The test shows whatever a client raises.
        write(case=case, exception=type(error).__name__, message=str(error))


def refusal(case, call):
    try:
        call()
        write(case=case)
    except ollama.ResponseError as error:
        write(case=case, exception=type(error).__name__, status=error.status_code, message=error.error)


def write(**line):
    print(json.dumps(line))


main()
