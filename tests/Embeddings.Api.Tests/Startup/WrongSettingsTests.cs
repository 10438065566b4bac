using Embeddings.Inference.Tests;

namespace Embeddings.Api.Tests.Startup;

/// <summary>What a mistake in the settings or on the command line is told.</summary>
public sealed class WrongSettingsTests
{
    [Theory]
    [InlineData("Limits__MaxInputs", "0", "Limits:MaxInputs must be between 1 and 1000000")]
    [InlineData("Limits__MaxInputs", "many", "Limits:MaxInputs is 'many'; it must be a whole number")]
    [InlineData("Limits__MaxBodyBytes", "1", "Limits:MaxBodyBytes must be between 1024")]
    [InlineData("Limits__MaxInput", "5", "Limits:MaxInput is not a setting")]
    [InlineData("Input__Truncation", "sometimes", "Input:Truncation is 'sometimes'; it must be Cut, Reject or Chunk")]
    [InlineData("Input__TokenIds", "99", "Input:TokenIds is '99'; it must be Cl100k, O200k, Native or Reject")]
    [InlineData("Models__Lanes", "2", "Models:Lanes is not a setting; its name is now Models:Workers.")]
    [InlineData("Models__Download", "maybe", "Models:Download is 'maybe'; it must be true or false")]
    [InlineData("Auth", "secret", "Auth is 'secret'; it is a section")]
    [InlineData("Auth__ApiKeys__0", "", "Auth:ApiKeys has an empty key")]
    [InlineData("Auth__ApiKeys", "secret,", "Auth:ApiKeys has an empty key")]
    [InlineData("Auth__ApiKeys", "", "Auth:ApiKeys is empty; give it a value, or leave the setting out")]
    [InlineData("Auth__ApiKeys", " ", "Auth:ApiKeys has an empty key")]
    [InlineData("Auth__ApiKeys", " , ", "Auth:ApiKeys has an empty key")]
    [InlineData("Cors__Origins", "", "Cors:Origins is empty")]
    [InlineData("Cors__Origins", "https://a.example/", "Cors:Origins has 'https://a.example/'")]
    [InlineData("Cors__Origins__0", "a.example", "Cors:Origins has 'a.example'")]
    [InlineData("Cors__Hosts", "https://a.example", "Cors:Hosts has 'https://a.example'; it must be the name of a host")]
    [InlineData("Http__PathPrefix", "vectors/", "Http:PathPrefix is 'vectors/'; it must be a path such as /embeddings")]
    [InlineData("Models__Aliases", "default", "Models:Aliases is 'default'")]
    [InlineData("ASPNETCORE_URLS", "garbage", "garbage")]
    [InlineData("ASPNETCORE_HTTP_PORTS", "99999", "http_ports has '99999'; a port is a number from 0 to 65535")]
    [InlineData("ASPNETCORE_HTTP_PORTS", "8080;web", "http_ports has 'web'; a port is a number")]
    [InlineData("Kestrel__Endpoints__web__Url", "http://localhost:65536", "Kestrel:Endpoints:web:Url has 'http://localhost:65536', whose port is '65536'")]
    [InlineData("Models__Default", "", "Models:Default is empty")]
    [InlineData("Models__Default", "nothing", "Models:Default is 'nothing'")]
    [InlineData("Models__Reranker", "nothing", "Models:Reranker is 'nothing'")]
    [InlineData("Models__Aliases__gpt", "nothing", "Models:Aliases:gpt")]
    [InlineData("Models__Aliases__gpt__latest", "nothing", "Models:Aliases:gpt:latest points at 'nothing'")]
    [InlineData("HF_ENDPOINT", "nonsense", "HF_ENDPOINT")]
    public async Task A_wrong_setting_stops_the_start_with_a_sentence_that_names_it(
        string name, string value, string part)
    {
        var (code, output) = await ChildServer.RunAsync(
            name.StartsWith("ASPNETCORE_", StringComparison.Ordinal) ? [] : ["--urls", "http://127.0.0.1:0"],
            With(name, value));
        Assert.Equal(1, code);
        Assert.Contains("Embeddings cannot start: ", output, StringComparison.Ordinal);
        Assert.Contains(part, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help", 0, "usage:")]
    [InlineData("serve", 2, "'serve' is not a command")]
    [InlineData("version", 0, "0.1.0")]
    [InlineData("models", 2, "models pull <model>")]
    public async Task Words_that_are_no_settings_are_commands_or_are_refused(string word, int expected, string part)
    {
        var (code, output) = await ChildServer.RunAsync([word], With("ASPNETCORE_ENVIRONMENT", "Production"));
        Assert.Equal(expected, code);
        Assert.Contains(part, output, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> With(string name, string value) => new()
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Production",
        ["HF_HUB_OFFLINE"] = "1",
        ["Models__Directory"] = Repository.TestModels,
        ["Storage__Path"] = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.db"),
        [name] = value,
    };
}
