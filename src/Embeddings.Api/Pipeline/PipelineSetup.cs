using Embeddings.Api.Access;
using Embeddings.Api.Dialects;
using Embeddings.Api.Limits;
using Embeddings.Api.OpenApi;
using Embeddings.Api.Telemetry;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Pipeline;

/// <summary>The middlewares, in the order in which a request passes them.</summary>
internal static class PipelineSetup
{
    public static void UsePipeline(this WebApplication app)
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
        app.UseMiddleware<SharedPaths>();
        app.UseSwaggerPages();
        if (app.Services.GetRequiredService<IOptions<AuthOptions>>().Value.ApiKeys.Count == 0)
        {
            app.Lifetime.ApplicationStarted.Register(() => ListenAddresses.SayWhoMayCall(app));
        }
    }
}
