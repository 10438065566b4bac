namespace Embeddings.Storage.Tests.Contract;

public abstract partial class DocumentStoreContract
{
    [Fact]
    public async Task A_classifier_comes_back_as_it_was_put_also_after_a_restart()
    {
        if (await LacksAsync(StoreCapabilities.Classifiers))
        {
            return;
        }

        var topics = Classifier("topics", "{\"labels\": 2, \"é\": \"\U0001F600\"}", 1, 2, 3);
        Assert.True(await Store.Classifiers.PutAsync(topics, new byte[] { 7, 0, 8 }, Token));
        for (var i = 0; i < 2; i++)
        {
            AssertSame(topics, await Store.Classifiers.FindAsync("topics", Token));
            AssertSame(topics, Assert.Single(await Store.Classifiers.ListAsync(Token)));
            Assert.Equal([7, 0, 8], (await Store.Classifiers.GetExamplesAsync("topics", Token))!.Value.ToArray());
            Assert.Null(await Store.Classifiers.FindAsync("Topics", Token));
            Assert.Null(await Store.Classifiers.GetExamplesAsync("topic", Token));
            await ReopenAsync();
        }
    }

    [Fact]
    public async Task A_classifier_replaces_the_one_of_its_name_with_its_examples()
    {
        if (await LacksAsync(StoreCapabilities.Classifiers))
        {
            return;
        }

        await Store.Classifiers.PutAsync(Classifier("a", "old", 1), new byte[] { 1 }, Token);
        var next = Classifier("a", "new", 2, 3);
        Assert.False(await Store.Classifiers.PutAsync(next, Array.Empty<byte>(), Token));
        AssertSame(next, await Store.Classifiers.FindAsync("a", Token));
        Assert.Empty((await Store.Classifiers.GetExamplesAsync("a", Token))!.Value.ToArray());
    }

    [Fact]
    public async Task Classifiers_are_listed_in_ordinal_order_and_those_deleted_are_gone()
    {
        if (await LacksAsync(StoreCapabilities.Classifiers))
        {
            return;
        }

        // U+FFFD is below U+1F600 in UTF-8, and above its surrogates in UTF-16.
        foreach (var name in new[] { "b", "\uFFFD", "\U0001F600", "a", "B" })
        {
            await Store.Classifiers.PutAsync(Classifier(name, "", 1), new byte[] { 1 }, Token);
        }

        Assert.True(await Store.Classifiers.DeleteAsync("a", Token));
        Assert.False(await Store.Classifiers.DeleteAsync("a", Token));
        Assert.Null(await Store.Classifiers.FindAsync("a", Token));
        Assert.Null(await Store.Classifiers.GetExamplesAsync("a", Token));
        await ReopenAsync();
        Assert.Equal(
            ["B", "b", "\U0001F600", "\uFFFD"], (await Store.Classifiers.ListAsync(Token)).Select(classifier => classifier.Name));
    }

    [Fact]
    public async Task Collections_and_classifiers_may_have_the_same_name()
    {
        if (await LacksAsync(StoreCapabilities.Classifiers))
        {
            return;
        }

        await CreateAsync(name: "faq");
        await Store.Classifiers.PutAsync(Classifier("faq", "", 1), new byte[] { 1 }, Token);
        Assert.True(await Store.DropAsync("faq", Token));
        Assert.NotNull(await Store.Classifiers.FindAsync("faq", Token));
    }

    [Fact]
    public async Task A_classifier_with_half_of_a_surrogate_pair_in_its_name_is_refused()
    {
        if (await LacksAsync(StoreCapabilities.Classifiers))
        {
            return;
        }

        await Assert.ThrowsAsync<ArgumentException>(
            () => Store.Classifiers.PutAsync(Classifier("\uD83D", "", 1), new byte[] { 1 }, Token));
        Assert.Empty(await Store.Classifiers.ListAsync(Token));
    }

    private static StoredClassifier Classifier(string name, string description, params byte[] content) =>
        new(name, "model", DateTimeOffset.FromUnixTimeMilliseconds(1_767_225_600_123), description, content);

    private static void AssertSame(StoredClassifier expected, StoredClassifier? actual)
    {
        Assert.Equal(expected with { Content = default }, actual! with { Content = default });
        Assert.Equal(expected.Content.ToArray(), actual.Content.ToArray());
    }
}
