using Embeddings.Storage.Tests;
using Embeddings.Storage.Tests.Sqlite.Crash;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

// What xunit would generate, and before it the writers that the crash tests start and kill.
if (args is [CrashWriter.Command, ..])
{
    return await CrashWriter.RunAsync(args);
}

if (args is [ReembedWriter.Command, ..])
{
    return await ReembedWriter.RunAsync(args);
}

return args.Any(arg => arg is "--server" or "--internal-msbuild-node")
    ? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
    : await ConsoleRunner.Run(args);
