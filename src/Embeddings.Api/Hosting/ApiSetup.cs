using System.Runtime;
using System.Text.Json;
using System.Text.Json.Serialization;
using Embeddings.Api.Errors;
using Embeddings.Api.Json;
using Embeddings.Api.Models;
using Embeddings.Api.OpenAi;
using Embeddings.Api.Swagger;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Hosting;

/// <summary>Everything between the socket and the handlers.</summary>
internal static class ApiSetup
{
    /// <summary>Where the server listens when nothing says otherwise, published or run from its sources.</summary>
    private const string DefaultUrl = "http://localhost:8080";

    private static readonly string[] Listening = ["urls", "http_ports", "https_ports", "Kestrel:Endpoints"];

    public static void AddApi(this WebApplicationBuilder builder)
    {
        // The garbage collector compacts old memory only when it must: a compaction made every request wait 50 ms.
        GCSettings.LatencyMode = GCLatencyMode.SustainedLowLatency;
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
            // A least rate cuts imports whose lines come when there are any. Bodies that are held in memory have a time instead, see BodyBudget.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.ConfigureEndpointDefaults(port =>
            {
                RefusedConnections.Use(port);
                PlainHttp2.Use(port);
            });
        });
        services.ConfigureHttpJsonOptions(json => Configure(json.SerializerOptions));
        // Development would throw where Production answers 400: throw in both, so that one table answers both.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddSingleton<IProblemDetailsWriter, OpenAiErrorWriter>();
        services.AddProblemDetails();
        services.AddExceptionHandler<ExceptionLog>();
        // Otherwise a body that was cut is taken for one that ends where it was cut.
        AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);
        services.AddRequestDecompression();
        services.AddRequestTimeouts();
        services.AddOptions<RequestTimeoutOptions>().Configure<IOptions<LimitsOptions>>((timeouts, limits) =>
        {
            if (limits.Value.MaxSeconds > 0)
            {
                timeouts.DefaultPolicy = new RequestTimeoutPolicy { Timeout = TimeSpan.FromSeconds(limits.Value.MaxSeconds) };
            }
        });
        services.AddBrowsers();
        services.AddSingleton<OwnNames>();
        services.AddSwagger();

        services.AddHttpContextAccessor();
        services.AddSingleton<SearchPlaces>();
        services.AddSingleton<TokenIdDecoder>();
        services.AddSingleton<EmbeddingsMetrics>();
        services.AddSingleton<TextEmbedder>();
        services.AddSingleton<EmbeddingsHandler>();
    }

    public static void UseApi(this WebApplication app)
    {
        app.UseMiddleware<ReplyHeaders>();
        app.UseRequestLog();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        // Before anything that may refuse: a web page cannot read an error without these headers.
        app.UseCors();
        // Before routing, which chooses by path and by content type.
        app.UseMiddleware<ClientPaths>();
        app.UseMiddleware<JsonBodies>();
        app.UseRouting();
        app.UseRequestTimeouts();
        app.UseMiddleware<ForeignPages>();
        app.UseMiddleware<ApiKeys>();
        app.UseRequestDecompression();
        app.UseMiddleware<BodyText>();
        app.UseMiddleware<BodyBudget>();
        app.UseSwaggerPages();
        if (app.Services.GetRequiredService<IOptions<AuthOptions>>().Value.ApiKeys.Count == 0)
        {
            app.Lifetime.ApplicationStarted.Register(() => ListenAddresses.SayWhoMayCall(app));
        }
    }

    internal static void Configure(JsonSerializerOptions json)
    {
        json.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        json.PropertyNameCaseInsensitive = false;
        json.NumberHandling = JsonNumberHandling.Strict;
        json.AllowDuplicateProperties = false;
        json.Converters.Add(new TextConverter());
        json.Converters.Add(new IntegerConverter());
        json.Converters.Add(new BooleanConverter());
        json.Converters.Add(new FloatConverter());
    }
}
