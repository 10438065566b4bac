namespace Embeddings.Inference.Tests.Hub;

/// <summary>
/// The families, with what their repositories say in the form in which they say it. Vectors of the stand-ins have 2
/// numbers, unless the lengths of shorter ones are known.
/// </summary>
public static class ModelFamilies
{
    private const string Bert = """{"architectures": ["BertModel"], "model_type": "bert", "hidden_size": 2, "max_position_embeddings": 512, "pad_token_id": 0}""";
    private const string Xlmr = """{"architectures": ["XLMRobertaModel"], "model_type": "xlm-roberta", "hidden_size": 2, "max_position_embeddings": 514, "pad_token_id": 1}""";
    private const string LongXlmr = """{"architectures": ["XLMRobertaModel"], "model_type": "xlm-roberta", "hidden_size": 2, "max_position_embeddings": 8194, "pad_token_id": 1}""";
    private const string ModernBert = """{"architectures": ["ModernBertModel"], "model_type": "modernbert", "hidden_size": 2, "max_position_embeddings": 8192, "pad_token_id": 50283}""";

    private static readonly string[] NoTypes = ["input_ids", "attention_mask"];
    private static readonly string[] NoNormalize = ["Transformer", "Pooling"];

    public static IReadOnlyList<ModelFamily> All { get; } =
    [
        new("sentence-transformers/all-MiniLM-L6-v2", Bert) { MaxSequence = 256, Facts = "Mean normalized, 256 tokens" },
        new("sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2", Bert) { Tokenizer = "Unigram", Modules = NoNormalize, MaxSequence = 128, Facts = "Mean, 128 tokens" },
        new("BAAI/bge-m3", LongXlmr) { Tokenizer = "Unigram", Pooling = "cls_token", Inputs = NoTypes, MaxSequence = 8192, Facts = "Cls normalized, 8192 tokens, pad 1" },
        new("sentence-transformers/all-mpnet-base-v2", """{"architectures": ["MPNetForMaskedLM"], "model_type": "mpnet", "hidden_size": 2, "max_position_embeddings": 514, "pad_token_id": 1}""")
        {
            Tokenizer = "MPNet", Inputs = NoTypes, MaxSequence = 384, Facts = "Mean normalized, 384 tokens, pad 1",
        },
        new("intfloat/multilingual-e5-small", Bert) { Tokenizer = "Unigram", MaxSequence = 512, Facts = "Mean normalized, 512 tokens, query: 'query: ', passage: 'passage: '" },
        new("intfloat/multilingual-e5-base", Xlmr) { Tokenizer = "Unigram", Inputs = NoTypes, MaxSequence = 512, Facts = "Mean normalized, 512 tokens, pad 1, query: 'query: ', passage: 'passage: '" },
        new("intfloat/multilingual-e5-large-instruct", Xlmr)
        {
            Tokenizer = "Unigram", Inputs = NoTypes, MaxSequence = 512,
            Facts = "Mean normalized, 512 tokens, pad 1, query: 'Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: '",
        },
        new("sentence-transformers/paraphrase-multilingual-mpnet-base-v2", Xlmr) { Tokenizer = "Unigram", Modules = NoNormalize, Inputs = NoTypes, MaxSequence = 128, Facts = "Mean, 128 tokens, pad 1" },
        new("BAAI/bge-small-en-v1.5", Bert) { Pooling = "cls_token", MaxSequence = 512, Facts = "Cls normalized, 512 tokens, query: 'Represent this sentence for searching relevant passages: '" },
        new("nomic-ai/nomic-embed-text-v1.5", """{"architectures": ["NomicBertModel"], "model_type": "nomic_bert", "n_embd": 768, "n_positions": 8192}""")
        {
            Width = 768,
            MaxSequence = 8192,
            Facts = "Mean normalized, 8192 tokens, search_query: 'search_query: ', search_document: 'search_document: ', clustering: 'clustering: ', " +
                "classification: 'classification: ', cut to 768 512 256 128 64 after a layer norm",
        },
        new("mixedbread-ai/mxbai-embed-large-v1", Bert) { Pooling = "cls_token", MaxSequence = 512, Facts = "Cls normalized, 512 tokens, query: 'Represent this sentence for searching relevant passages: '" },
        new("Snowflake/snowflake-arctic-embed-m", Bert) { Pooling = "cls_token", MaxSequence = 512, Facts = "Cls normalized, 512 tokens, query: 'Represent this sentence for searching relevant passages: '" },
        new("Snowflake/snowflake-arctic-embed-l-v2.0", LongXlmr.Replace("\"hidden_size\": 2", "\"hidden_size\": 1024", StringComparison.Ordinal))
        {
            Width = 1024,
            Tokenizer = "Unigram", Pooling = "cls_token", Inputs = NoTypes, MaxSequence = 8192, Facts = "Cls normalized, 8192 tokens, pad 1, query: 'query: ', cut to 1024 256",
        },
        new("Snowflake/snowflake-arctic-embed-m-v2.0", """
            {"architectures": ["GteModel"], "model_type": "gte", "hidden_size": 768, "max_position_embeddings": 8192,
            "pad_token_id": 1}
            """)
        {
            Width = 768, Tokenizer = "Unigram", Pooling = "cls_token", MaxSequence = 8192,
            Facts = "Cls normalized, 8192 tokens, pad 1, query: 'query: ', cut to 768 256",
        },
        new("Qwen/Qwen3-Embedding-0.6B", """{"architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3", "hidden_size": 2, "max_position_embeddings": 32768}""")
        {
            Tokenizer = "BPE", Pooling = "lasttoken", Inputs = ["input_ids", "attention_mask", "position_ids", "past_key_values.0.key", "past_key_values.0.value"],
            PromptConfig = """{"prompts": {"query": "Instruct: Find passages\nQuery:", "document": ""}, "default_prompt_name": null, "similarity_fn_name": "cosine"}""",
            Facts = "LastToken normalized, 512 tokens, query: 'Instruct: Find passages\nQuery:', document: ''",
        },
        new("google/embeddinggemma-300m", """{"architectures": ["Gemma3TextModel"], "model_type": "gemma3_text", "hidden_size": 768, "max_position_embeddings": 2048, "pad_token_id": 0}""")
        {
            Width = 768, Tokenizer = "BPE", Modules = ["Transformer", "Pooling", "Dense", "Dense", "Normalize"], Inputs = NoTypes, Output = "sentence_embedding", MaxSequence = 2048,
            PromptConfig = """{"prompts": {"query": "task: search result | query: ", "document": "title: none | text: "}}""",
            Facts = "None normalized, 2048 tokens, query: 'task: search result | query: ', document: 'title: none | text: ', cut to 768 512 256 128",
        },
        new("jinaai/jina-embeddings-v2-base-en", """{"architectures": ["JinaBertForMaskedLM"], "model_type": "bert", "hidden_size": 2, "max_position_embeddings": 8192}""") { MaxSequence = 8192, Facts = "Mean normalized, 8192 tokens" },
        new("jinaai/jina-embeddings-v3", """{"architectures": ["XLMRobertaModel"], "model_type": "xlm-roberta", "hidden_size": 2, "max_position_embeddings": 8194, "pad_token_id": 1, "lora_adaptations": ["retrieval.query", "retrieval.passage", "separation", "classification", "text-matching"], "matryoshka_dimensions": [1, 2]}""")
        {
            Tokenizer = "Unigram", Inputs = ["input_ids", "attention_mask", "task_id"], MaxSequence = 8192,
            PromptConfig = """{"prompts": {"retrieval.query": "Represent the query for retrieving evidence documents: ", "text-matching": ""}}""",
            Facts = "Mean normalized, 8192 tokens, pad 1, retrieval.query: 'Represent the query for retrieving evidence documents: ', text-matching: '', " +
                "cut to 1 2, tasks retrieval.query retrieval.passage separation classification text-matching, by default text-matching",
        },
        new("thenlper/gte-base", Bert) { MaxSequence = 512, Facts = "Mean normalized, 512 tokens" },
        new("Alibaba-NLP/gte-multilingual-base", """{"architectures": ["NewModel", "NewForTokenClassification"], "model_type": "new", "hidden_size": 2, "max_position_embeddings": 8192, "pad_token_id": 1}""")
        {
            Tokenizer = "Unigram", Pooling = "cls_token", MaxSequence = 8192, Facts = "Cls normalized, 8192 tokens, pad 1",
        },
        new("Alibaba-NLP/gte-modernbert-base", ModernBert) { Tokenizer = "BPE", Pooling = "cls_token", Inputs = NoTypes, MaxSequence = 8192, Facts = "Cls normalized, 8192 tokens, pad 50283" },
        new(
            "nomic-ai/modernbert-embed-base",
            ModernBert.Replace("\"hidden_size\": 2", "\"hidden_size\": 768", StringComparison.Ordinal))
        {
            Width = 768, Tokenizer = "BPE", Inputs = NoTypes, MaxSequence = 8192,
            Facts = "Mean normalized, 8192 tokens, pad 50283, search_query: 'search_query: ', " +
                "search_document: 'search_document: ', clustering: 'clustering: ', " +
                "classification: 'classification: ', cut to 768 256",
        },
        new("ibm-granite/granite-embedding-english-r2", ModernBert)
        {
            Tokenizer = "BPE", Pooling = "cls_token", Inputs = NoTypes, MaxSequence = 8192,
            Facts = "Cls normalized, 8192 tokens, pad 50283",
        },
        new("intfloat/e5-base-v2", Bert) { MaxSequence = 512, Facts = "Mean normalized, 512 tokens, query: 'query: ', passage: 'passage: '" },
        new("nomic-ai/nomic-embed-text-v2-moe", """{"architectures": ["NomicBertModel"], "model_type": "nomic_bert", "n_embd": 2, "n_positions": 2048}""")
        {
            Tokenizer = "Unigram", Output = "", MaxSequence = 512, Facts = "", WhyNot = "has no ONNX export",
        },
        new("WhereIsAI/UAE-Large-V1", Bert) { Pooling = "cls_token", Modules = NoNormalize, MaxSequence = 512, Facts = "Cls, 512 tokens, query: 'Represent this sentence for searching relevant passages: '" },
        new("sentence-transformers/all-MiniLM-L12-v2", Bert) { MaxSequence = 128, Facts = "Mean normalized, 128 tokens" },
        new("cross-encoder/ms-marco-MiniLM-L-6-v2", """{"architectures": ["BertForSequenceClassification"], "model_type": "bert", "hidden_size": 2, "max_position_embeddings": 512, "id2label": {"0": "LABEL_0"}}""")
        {
            Modules = [], Output = "logits", Facts = "reranker, 512 tokens",
        },
        new("BAAI/bge-reranker-base", """{"architectures": ["XLMRobertaForSequenceClassification"], "model_type": "xlm-roberta", "hidden_size": 2, "max_position_embeddings": 514, "pad_token_id": 1, "id2label": {"0": "LABEL_0"}}""")
        {
            Tokenizer = "Unigram", Modules = [], Inputs = NoTypes, Output = "logits", Facts = "reranker, 512 tokens, pad 1",
        },
        new("Alibaba-NLP/gte-reranker-modernbert-base", """{"architectures": ["ModernBertForSequenceClassification"], "model_type": "modernbert", "hidden_size": 2, "max_position_embeddings": 8192, "pad_token_id": 50283, "id2label": {"0": "LABEL_0"}}""")
        {
            Tokenizer = "BPE", Modules = [], Inputs = NoTypes, Output = "logits", Facts = "reranker, 512 tokens, pad 50283",
        },
        new("mixedbread-ai/mxbai-rerank-base-v1", """
            {"architectures": ["DebertaV2ForSequenceClassification"], "model_type": "deberta-v2", "hidden_size": 2,
            "max_position_embeddings": 512, "pad_token_id": 0, "id2label": {"0": "LABEL_0"}}
            """)
        {
            Tokenizer = "Unigram", Modules = [], Inputs = NoTypes, Output = "logits", Facts = "reranker, 512 tokens",
        },
        new("jinaai/jina-reranker-v2-base-multilingual", """
            {"architectures": ["XLMRobertaForSequenceClassification"], "model_type": "xlm-roberta", "hidden_size": 2,
            "max_position_embeddings": 1026, "pad_token_id": 1, "num_labels": 1}
            """)
        {
            Tokenizer = "Unigram", Modules = [], Inputs = NoTypes, Output = "logits",
            Facts = "reranker, 512 tokens, pad 1",
        },
        new("Qdrant/clip-ViT-B-32-text", """{"architectures": ["CLIPTextModelWithProjection"], "model_type": "clip_text_model", "hidden_size": 512, "projection_dim": 2, "max_position_embeddings": 77, "pad_token_id": 1}""")
        {
            Tokenizer = "BPE", Modules = [], Inputs = NoTypes, Output = "text_embeds", Facts = "None normalized, 77 tokens, pad 1",
        },
        new("google/siglip2-base-patch16-224", """{"architectures": ["SiglipModel"], "model_type": "siglip"}""")
        {
            Tokenizer = "BPE", Modules = [], Facts = "", WhyNot = "its body is 'siglip' (model_type in config.json), which is none of a model of texts alone",
        },
        new("openai/whisper-base", """{"architectures": ["WhisperForConditionalGeneration"], "model_type": "whisper", "d_model": 2}""")
        {
            Tokenizer = "BPE", Modules = [], Facts = "", WhyNot = "its body is 'whisper' (model_type in config.json), which is none of a model of texts alone",
        },
        new("facebook/wav2vec2-base", """
            {"architectures": ["Wav2Vec2ForPreTraining"], "model_type": "wav2vec2", "hidden_size": 2}
            """)
        {
            Tokenizer = "BPE", Modules = [], Facts = "",
            WhyNot = "its body is 'wav2vec2' (model_type in config.json), which is none of a model of texts alone",
        },
        new("laion/clap-htsat-unfused", """{"architectures": ["ClapModel"], "model_type": "clap"}""")
        {
            Tokenizer = "BPE", Modules = [], Facts = "",
            WhyNot = "its body is 'clap' (model_type in config.json), which is none of a model of texts alone",
        },
        new("jinaai/jina-clip-v1", """
            {"architectures": ["JinaCLIPModel"], "model_type": "jina_clip", "projection_dim": 768}
            """)
        {
            Modules = [], Facts = "",
            WhyNot = "its body is 'jina_clip' (model_type in config.json), which is none of a model of texts alone",
        },
    ];
}
