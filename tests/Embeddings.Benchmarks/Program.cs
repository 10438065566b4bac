using BenchmarkDotNet.Running;
using Embeddings.Benchmarks;
using Embeddings.Benchmarks.Analysis;
using Embeddings.Benchmarks.Costs;
using Embeddings.Benchmarks.Families;
using Embeddings.Benchmarks.Flat;
using Embeddings.Benchmarks.Retrieval;
using Embeddings.Benchmarks.Search;
using Embeddings.Benchmarks.Throughput;
using Embeddings.Benchmarks.Tokenizing;

return args switch
{
    ["sts", var file, .. var options] => await StsCommand.RunAsync(file, options, Console.Out),
    ["precision", var file, .. var options] => await PrecisionCommand.RunAsync(file, options, Console.Out),
    ["retrieval", var file, .. var options] => await RetrievalCommand.RunAsync(file, options, Console.Out),
    ["flat", .. var options] => FlatCommand.Run(options, Console.Out),
    ["search", .. var options] => await SearchCommand.RunAsync(options, Console.Out),
    ["throughput", .. var options] => await ThroughputCommand.RunAsync(options, Console.Out),
    ["costs", .. var options] => await CostsCommand.RunAsync(options, Console.Out),
    ["analysis", .. var options] => await AnalysisCommand.RunAsync(options, Console.Out),
    ["tokenize", var folder, .. var options] => await TokenizeCommand.RunAsync(folder, options, Console.Out),
    ["families", .. var options] => await FamiliesCommand.RunAsync(options, Console.Out),
    ["kernels", .. var options] => Kernels(options),
    _ => Usage(),
};

static int Kernels(string[] options)
{
    string[] arguments =
    [
        .. options, "--inProcess",
        .. options.Contains("--filter") ? Array.Empty<string>() : ["--filter", "*"],
        .. options.Contains("--job") ? Array.Empty<string>() : ["--job", "Short"],
    ];
    var summaries = BenchmarkSwitcher.FromTypes([typeof(KernelBenchmarks)]).Run(arguments).ToList();
    return summaries.Count > 0 && summaries.All(summary => !summary.HasCriticalValidationErrors && summary.Reports.All(report => report.Success)) ? 0 : 1;
}

static int Usage()
{
    Console.Error.WriteLine("""
        usage: sts <file.csv> [--model <name>] [--models <folder>] [--precision fp32|int8] [--at-least <score>]
                   [--output <float,int8,uint8,binary,ubinary>] [--int8-range <r,r>]
                 Spearman correlation (x 100) of cosines with human scores; columns: sentence 1, sentence 2, score.
                 --model      short name or id, default all-MiniLM-L6-v2
                 --models     a folder of models beside those that come with the program, as Models:Directory
                 --precision  which weights, default fp32
                 --at-least   exit code 1 when the result is less
                 --output     of vectors as /v1/embeddings sends them by output_dtype
                 --int8-range the numbers whose 8-bit code is 127, to find the best; default: the model's
               precision <texts.txt> [--model <name>] [--models <folder>] [--at-least <cosine>]
                 cosine of a model's int8 vectors to those of fp32; one text a line
                 --at-least   exit code 1 when the average is less
               retrieval <file.json.gz,…> [--model <name>] [--models <folder>] [--precision fp32|int8]
                         [--output <float,int8,uint8,binary,ubinary>] [--int8-range <r,r>]
                 nDCG@10 and recall@100 of searches in a server of its own, with the model's query prompt and without, and
                 that server's start and memory;
                 --output     without a server: every query against every document by such vectors, as for sts
                 each file has {"docs": {id: text}, "queries": {id: text}, "qrels": {query: {doc: grade}}}
               flat [--rows <n,n>] [--dimensions <d,d>] [--batches <b,b>] [--data clustered,uniform,alike,equal] [--k <k>]
                    [--faiss <python>]
                 the flat index in milliseconds a query, beside what this machine can read and multiply at most, and
                 beside FAISS
               search [--documents <n,n>] [--clients <n,n>] [--dimensions <d>] [--seconds <s>] [--texts <n>] [--json <file>]
                 a server of its own over HTTP: documents stored a second, latency and searches a second, start,
                 memory and disk a document
               throughput [--model <folder>] [--precision fp32,int8] [--workloads lone,queries,bulk,mixed,beside,overload]
                          [--seconds <s>] [--json <file>] [--peer <node_modules>]
                 a server of its own over HTTP: texts and tokens a second, beside those of the bare runtime; latency,
                 memory
                 --model  in the hub's layout, with onnx/model.onnx and, for int8, onnx/model_qint8.onnx; default: the
                          all-MiniLM-L6-v2 that comes with the program
                 --peer   compares with @huggingface/transformers, installed there
               costs [--documents <n>] [--export <s>] [--only <names, filters, scans, lines, export, ties>]
                     [--program <Embeddings.Api.dll>]
                 what small requests can cost a server of its own: memory, processors, and the time of other requests
                 --export   seconds of writes beside an export that is not read, default 90
                 --program  another build of the server, to compare with
               analysis [--only pca,umap,tsne,topics] [--labels <labels.txt>] [--points <n,n>] [--texts <texts.txt> [--model <name>] | --vectors <floats> [--dimensions <d>]] [--threads <n>] [--python <python>]
                 projections to two dimensions: seconds, trustworthiness, neighbours kept; vectors are made, or those of texts, one a line
                 --labels   the known label of each vector, one a line: how far topics, found from vectors alone, are
                            these
                 --python   compares with umap-learn and scikit-learn there; default EMBEDDINGS_TEST_UMAP, as .ci/install-clients prints it
               analysis --only classifier [--labelled <folder>] [--model <name>] [--threads <n>]
                 accuracy and time of classifiers on Banking77 and CLINC150; the folder has NAME.txt and NAME.labels.txt, a line each, and perhaps NAME.f32
               tokenize <folder> [--only <kinds>] [--seconds <s>] [--peer <node_modules>]
                 tokens a second of each tokenizer on one thread; the folder has <kind>.tokenizer.json.gz and
                 texts.jsonl.gz, {"text": text} a line
                 --peer   compares with npm tokenizers, installed there
               families [--only <part of a name>] [--tokens <n>] [--seconds <s>] [--largest <GB>] [--python <python>]
                 models with random weights in the layer sizes of those that people serve: seconds from the files to the
                 first vector, memory of a process of its own, tokens a second, beside the all-MiniLM-L6-v2 that comes
                 with the program. The rows are those of the second table in the README's section on models. About 5
                 minutes on two processors.
                 --tokens   of a text, default 128
                 --seconds  for each model, and half as long for the one beside it, default 6
                 --largest  most weights of a model, default 2; larger ones take three times their weights
                 --python   has torch and onnx; default EMBEDDINGS_TEST_PYTHON, as .ci/install-clients prints it
               kernels [<BenchmarkDotNet's options>]
                 our loops against TensorPrimitives; --job Dry only shows that they run
        """);
    return 2;
}
