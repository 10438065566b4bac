using Embeddings.Benchmarks;

return args switch
{
    ["sts", var file, .. var options] => await StsCommand.RunAsync(file, options, Console.Out),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        usage: sts <file.csv> [--model <name>] [--models <folder>] [--files <folder>] [--expect <score>]
                 Spearman correlation (x 100) of cosines with human scores; columns: sentence 1, sentence 2, score.
                 --model   short name or id, default static-en-384
                 --models  folder of the manifests, default the repository's
                 --files   folder that holds the model's files, default its own
                 --expect  exit code 1 when the result is more than 0.1 away
        """);
    return 2;
}
