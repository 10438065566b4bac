"""The official OpenAI Python client.

Arguments: the server's root URL. Standard input: a JSON array of texts. Output: one JSON line a case.
"""

import array
import base64
import json
import sys

import openai

MODEL = "all-MiniLM-L6-v2"
FULL_ID = "sentence-transformers/all-MiniLM-L6-v2"

root = sys.argv[1]
texts = json.loads(sys.stdin.buffer.read())
client = openai.OpenAI(base_url=f"{root}/v1", api_key="unused", max_retries=0)
azure = openai.AzureOpenAI(azure_endpoint=root, api_key="unused", api_version="2024-10-21", max_retries=0)


def main():
    embed("default encoding", client, model=MODEL)
    embed("float", client, model=MODEL, encoding_format="float")
    embed("base64", client, model=MODEL, encoding_format="base64")
    embed("64 dimensions", client, model=MODEL, dimensions=64)
    embed("Azure", azure, model=MODEL)
    embed("Azure, a name with a slash", azure, model=FULL_ID)
    write(case="models", ids=[client.models.retrieve(listed.id).id for listed in client.models.list()])
    refusal("unknown model", lambda: client.embeddings.create(model="no-such-model", input=texts))
    refusal("unknown model by id", lambda: client.models.retrieve("no-such-model"))
    refusal("Azure, unknown model", lambda: azure.embeddings.create(model="no-such-model", input=texts))


def embed(case, client, **options):
    reply = client.embeddings.create(input=texts, **options)
    # If the caller asks for base64, the client does not decode it.
    numbers = decode if options.get("encoding_format") == "base64" else list
    vectors = [numbers(item.embedding) for item in reply.data]
    write(case=case, vectors=vectors, model=reply.model, prompt_tokens=reply.usage.prompt_tokens)


def decode(text):
    return array.array("f", base64.b64decode(text)).tolist()


def refusal(case, call):
    try:
        call()
        write(case=case)
    except openai.APIStatusError as error:
        write(case=case, exception=type(error).__name__, status=error.status_code, code=error.code, message=error.body["message"])


def write(**line):
    print(json.dumps(line))


main()
