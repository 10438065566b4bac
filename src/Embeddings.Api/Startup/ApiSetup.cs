using Embeddings.Api.Access;
using Embeddings.Api.Dialects.Cohere;
using Embeddings.Api.Dialects.Gemini;
using Embeddings.Api.Dialects.Ollama;
using Embeddings.Api.Dialects.Tei;
using Embeddings.Api.Dialects.TeiGrpc;
using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Explorer;
using Embeddings.Api.Limits;
using Embeddings.Api.OpenAi;
using Embeddings.Api.OpenApi;
using Embeddings.Api.Pipeline;
using Embeddings.Api.Telemetry;
using Embeddings.Api.Tokenization;
using Embeddings.Api.Wire;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Startup;

/// <summary>The services between the socket and the handlers.</summary>
internal static class ApiSetup
{
    /// <summary>Where the server listens when nothing says otherwise, published or run from its sources.</summary>
    private const string DefaultUrl = "http://localhost:8080";

    private static readonly string[] Listening = ["urls", "http_ports", "https_ports", "Kestrel:Endpoints"];

    public static void AddApi(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        if (!Listening.Any(name => builder.Configuration.GetSection(name).Exists()))
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        services.AddSingleton(TimeProvider.System);
        services.AddCheckedOptions<LimitsOptions>("Limits");
        services.AddCheckedOptions<InputOptions>("Input");
        services.AddCheckedOptions<HttpOptions>("Http");
        services.AddCheckedOptions<AuthOptions>("Auth");
        services.AddCheckedOptions<BrowserOptions>("Cors");

        services.AddOptions<KestrelServerOptions>().Configure<IOptions<LimitsOptions>>((kestrel, limits) =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = limits.Value.MaxBodyBytes;
            // A least rate would cut off imports whose lines come now and then. Bodies that are held in memory have a
            // time limit instead, see BodyBudget.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.ConfigureEndpointDefaults(port =>
            {
                RefusedConnections.Use(port);
                PlainHttp2.Use(port);
            });
        });
        services.ConfigureHttpJsonOptions(json => WireJson.Configure(json.SerializerOptions));
        // By default Development throws where Production answers 400. Here both throw, so that ErrorTable answers in
        // both.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddSingleton<IProblemDetailsWriter, FailureWriter>();
        services.AddProblemDetails();
        services.AddExceptionHandler<ExceptionLog>();
        // Without this switch a compressed body that was cut off would be taken for a whole one.
        AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);
        services.AddRequestDecompression();
        services.AddRequestTimeouts();
        services.AddOptions<RequestTimeoutOptions>().Configure<IOptions<LimitsOptions>>((timeouts, limits) =>
        {
            if (limits.Value.MaxSeconds > 0)
            {
                timeouts.DefaultPolicy =
                    new RequestTimeoutPolicy { Timeout = TimeSpan.FromSeconds(limits.Value.MaxSeconds) };
            }
        });
        services.AddBrowsers();
        services.AddSingleton<OwnNames>();
        services.AddSwagger();

        services.AddSingleton<SearchLimiter>();
        services.AddSingleton<TokenIdDecoder>();
        services.AddSingleton<TokenRate>();
        services.AddSingleton<EmbeddingsMetrics>();
        services.AddSingleton<TextEmbedder>();
        services.AddSingleton<OpenAiHandler>();
        services.AddSingleton<TokenizationHandler>();
        services.AddSingleton<ExplorerFiles>();
        services.AddTei();
        services.AddOllama();
        services.AddGemini();
        services.AddCohere();
        services.AddTeiGrpc();
    }
}
