using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.OpenAi;
using Embeddings.Api.Reranking;
using Embeddings.Api.Similarity;
using Embeddings.Api.Tokenization;
using Embeddings.Api.Wire;
using Embeddings.Inference;
using Embeddings.Tokenization;

namespace Embeddings.Api.Dialects.Tei;

/// <summary>Requests of Text Embeddings Inference → those of this server's own handlers, and their replies back.</summary>
internal sealed class TeiHandler(
    ModelRegistry registry, OpenAiHandler embeddings, SparseEmbedder sparse, TokenEmbedder tokens,
    SimilarityHandler similarity, RerankHandler rerank, PredictHandler predict, TokenizationHandler tokenization)
{
    /// <summary>A vector of each input.</summary>
    public async Task<EmbeddedReply<IReadOnlyList<EmbeddingVector>>> EmbedAsync(
        TeiRequest request, string? model, CancellationToken cancellationToken)
    {
        var served = registry.Resolve(model);
        var parameters = request.Parameters;
        var promptName = request.PromptName ?? parameters?.PromptName;
        Prompts.CheckKnown(served.Manifest, promptName);
        var own = new EmbeddingRequest
        {
            Model = model,
            Input = InputOf(request, served, promptName),
            PromptName = promptName,
            Truncate = request.Truncate ?? parameters?.Truncate?.IsCut,
            TruncationSide = SideOf(request.TruncationDirection ?? parameters?.TruncationDirection),
            IsBegun = request.IsBegun,
            Normalized = request.Normalize ?? parameters?.Normalize,
            Dimensions = request.Dimensions ?? parameters?.Dimensions,
        };
        var (body, summary) = await embeddings.HandleAsync(own, deployment: null, cancellationToken);
        return new([.. body.Data.Select(item => item.Embedding)], summary);
    }

    /// <summary>The words of each input with their weights.</summary>
    public Task<EmbeddedReply<IReadOnlyList<IReadOnlyList<SparseValue>>>> EmbedSparseAsync(
        TeiRequest request, CancellationToken cancellationToken)
    {
        var model = registry.ResolveSparse(null);
        return sparse.HandleAsync(WorkOf(request, model), cancellationToken);
    }

    /// <summary>The vectors of the tokens of each input.</summary>
    public Task<EmbeddedReply<IReadOnlyList<IReadOnlyList<EmbeddingVector>>>> EmbedAllAsync(
        TeiRequest request, CancellationToken cancellationToken) =>
        tokens.HandleAsync(WorkOf(request, registry.Resolve(null)), cancellationToken);

    /// <summary>How alike a sentence and others are: their cosines.</summary>
    public async Task<EmbeddedReply<object>> CompareAsync(
        TeiRequest request, string? model, CancellationToken cancellationToken)
    {
        var sentences = request.Inputs?.Sentences ?? throw Missing("inputs");
        var promptName = request.PromptName ?? request.Parameters?.PromptName;
        Prompts.CheckKnown(registry.Resolve(model).Manifest, promptName);
        var own = new SimilarityRequest
        {
            Model = model,
            PromptName = promptName,
            Cut = new TextCut(
                TruncationOf(request.Truncate ?? request.Parameters?.Truncate?.IsCut),
                SideOf(request.TruncationDirection ?? request.Parameters?.TruncationDirection)),
            Inputs = new SentenceSimilarityInputs
            {
                SourceSentence = sentences.SourceSentence ?? throw Missing("source_sentence"),
                Sentences = sentences.Sentences ?? throw Missing("sentences"),
            },
        };
        var (body, summary) = await similarity.HandleAsync(own, cancellationToken);
        return new(body, summary);
    }

    /// <summary>Documents, best first.</summary>
    public async Task<EmbeddedReply<IReadOnlyList<TeiRank>>> RankAsync(
        TeiRequest request, CancellationToken cancellationToken)
    {
        var own = new RerankRequest
        {
            Query = request.Query ?? throw Missing("query"),
            Texts = request.Texts ?? request.Documents ?? throw Missing("texts"),
            ReturnDocuments = request.ReturnText,
            RawScores = request.RawScores,
            Truncate = request.Truncate,
            TruncationDirection = request.TruncationDirection,
            TopN = request.TopN,
        };
        var (body, summary) = await rerank.HandleAsync(own, cancellationToken);
        return new(TeiRank.ListOf(body), summary);
    }

    /// <summary>What <c>POST /</c> means: to rank, to compare or to embed, by the fields that are there.</summary>
    public async Task<EmbeddedReply<object>> AnswerAsync(TeiRequest request, CancellationToken cancellationToken)
    {
        if (request.Texts is not null || request.Documents is not null)
        {
            var (ranks, took) = await RankAsync(request, cancellationToken);
            return new(ranks, took);
        }

        if (request.Inputs?.Sentences is not null)
        {
            return await CompareAsync(request, null, cancellationToken);
        }

        if (registry.Default.IsSparse)
        {
            var (words, took) = await EmbedSparseAsync(request, cancellationToken);
            return new(words, took);
        }

        var (vectors, summary) = await EmbedAsync(request, null, cancellationToken);
        return new(vectors, summary);
    }

    /// <summary>The labels of each input, the largest score first.</summary>
    public async Task<EmbeddedReply<OneOrSeveral<IReadOnlyList<TeiPrediction>>>> PredictAsync(
        TeiPredictRequest request, CancellationToken cancellationToken)
    {
        var inputs = request.Inputs ?? throw Missing("inputs");
        if (SideOf(request.TruncationDirection) == TruncationSide.Start)
        {
            throw new InvalidRequestException(
                "`truncation_direction` cannot be `Left`: texts to be labelled are cut at their end.",
                "truncation_direction");
        }

        var own = new PredictRequest
        {
            Input = inputs.Firsts,
            Seconds = inputs.Seconds,
            RawScores = request.RawScores,
            Truncate = request.Truncate,
        };
        var (body, summary) = await predict.HandleAsync(own, cancellationToken);
        IReadOnlyList<TeiPrediction>[] labels =
        [
            .. body.Data.Select(item => item.Scores.Select(score => new TeiPrediction(score.Score, score.Label)).ToArray()),
        ];
        return new(new OneOrSeveral<IReadOnlyList<TeiPrediction>>(labels, inputs.IsList), summary);
    }

    /// <summary>The tokens of each text.</summary>
    public IReadOnlyList<IReadOnlyList<TokenObject>> Tokenize(
        TeiTokenizeRequest request, CancellationToken cancellationToken)
    {
        Prompts.CheckKnown(registry.Resolve(null).Manifest, request.PromptName);
        var own = new TokenizeRequest
        {
            Input = request.Inputs ?? throw Missing("inputs"),
            AddsSpecialTokens = request.AddSpecialTokens ?? true,
            PromptName = request.PromptName,
            RefusesEmpty = true,
        };
        return [.. tokenization.Handle(own, cancellationToken).Data.Select(text => text.Tokens)];
    }

    /// <summary>The texts of ids.</summary>
    public IReadOnlyList<string> Decode(TeiDecodeRequest request, CancellationToken cancellationToken) =>
        tokenization.Decode(
            new DecodeWork(request.Ids ?? throw Missing("ids"), request.SkipSpecialTokens ?? true, Model: null),
            cancellationToken);

    private TextWork WorkOf(TeiRequest request, ServedModel model)
    {
        var parameters = request.Parameters;
        var promptName = request.PromptName ?? parameters?.PromptName;
        Prompts.CheckKnown(model.Manifest, promptName);
        var inputs = ToEmbed(request);
        return new TextWork(Texts(inputs, model), inputs.Location)
        {
            Model = model.Manifest.Id,
            PromptName = promptName,
            Truncation = TruncationOf(request.Truncate ?? parameters?.Truncate?.IsCut),
            TruncationSide = SideOf(request.TruncationDirection ?? parameters?.TruncationDirection),
            IsBegun = request.IsBegun,
        };
    }

    // Ids go into the model as they are. A prompt is put before the text that they stand for.
    private EmbeddingInput InputOf(TeiRequest request, ServedModel model, string? promptName)
    {
        var inputs = ToEmbed(request);
        var areIds = inputs.Items.Count > 0 && inputs.Items.All(item => item.Ids is not null);
        return areIds && promptName is null && model.Manifest.DefaultPrompt is null
            ? new EmbeddingInput
            {
                TokenIds = [.. inputs.Items.Select(item => item.Ids!)],
                IsList = inputs.IsList,
                IsFramed = true,
            }
            : new EmbeddingInput { Texts = Texts(inputs, model), IsList = inputs.IsList };
    }

    private List<string> Texts(TeiInput inputs, ServedModel model) =>
        [.. inputs.Items.Select(item => item.Text ?? TextOf(item.Ids!, model))];

    private string TextOf(int[] ids, ServedModel model)
    {
        var work = new DecodeWork([model.WithoutFrame(ids).ToArray()], SkipsSpecialTokens: false, model.Manifest.Id);
        return tokenization.Decode(work, CancellationToken.None)[0];
    }

    private static TeiInput ToEmbed(TeiRequest request) =>
        request.Inputs is { Sentences: null } inputs ? inputs : throw Missing("inputs");

    private static Truncation? TruncationOf(bool? truncate) =>
        truncate switch { null => null, true => Truncation.Cut, false => Truncation.Reject };

    private static TruncationSide SideOf(string? direction) => direction switch
    {
        null or "Right" or "right" => TruncationSide.End,
        "Left" or "left" => TruncationSide.Start,
        _ => throw new InvalidRequestException(
            $"unknown variant `{direction}`, expected one of `Left`, `left`, `Right`, `right`", "truncation_direction")
        { Fault = Fault.WrongShape },
    };

    private static InvalidRequestException Missing(string field) =>
        new($"missing field `{field}`", field) { Fault = Fault.WrongShape };
}
