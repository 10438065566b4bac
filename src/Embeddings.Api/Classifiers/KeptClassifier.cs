using System.Text.Json;
using System.Text.Json.Nodes;
using Embeddings.Api.Embedding;
using Embeddings.Storage;

namespace Embeddings.Api.Classifiers;

/// <summary>A classifier as the store has it.</summary>
/// <param name="Object">What replies tell of it.</param>
/// <param name="Prompt">What was put before its texts. Texts that it judges need the same, even if the model has another
/// prompt by now. Null if it was kept by a version that did not say.</param>
internal sealed record KeptClassifier(ClassifierObject Object, string? Prompt)
{
    private const string PromptField = "prompt";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    /// <summary>Reads what <see cref="ToJson"/> has made.</summary>
    public static KeptClassifier Of(StoredClassifier stored) => new(
        JsonSerializer.Deserialize<ClassifierObject>(stored.Description, Json)!,
        JsonNode.Parse(stored.Description)![PromptField]?.GetValue<string>());

    /// <summary>The description for the store.</summary>
    public string ToJson()
    {
        var description = JsonSerializer.SerializeToNode(Object, Json)!.AsObject();
        description[PromptField] = Prompt;
        return description.ToJsonString();
    }

    /// <summary>The prompt of texts that it judges.</summary>
    public TextPrompt PromptOf(ServedModel model)
    {
        var prompt = ExampleReader.PromptOf(model, Object.InputType);
        return Prompt is null ? prompt : prompt with { Text = Prompt };
    }
}
