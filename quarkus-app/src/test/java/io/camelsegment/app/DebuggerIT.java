package io.camelsegment.app;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.camelsegment.localaws.LocalAws;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The debugger page in a browser: Chromium, of the distribution. With {@code -Ddebugger.screenshots=true} these tests
 * also make the pictures of docs/debugger.md.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.SAME_THREAD)
class DebuggerIT {

    private static final Path PICTURES = Path.of("../docs/images");

    private LocalAws aws;
    private Program app;
    private Api api;
    private String url;
    private Playwright playwright;
    private Browser browser;
    private BrowserContext context;
    private Page page;
    private final List<String> faults = new ArrayList<>();
    private final List<String> elsewhere = new ArrayList<>();

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        PlaywrightAssertions.setDefaultAssertionTimeout(60_000); // ms, instead of 5 s
        Path chromium = chromium();
        aws = LocalAws.start();
        aws.createStream("events", 2);
        aws.createStream("audit", 1);
        aws.createDeliveryStream("new_users");
        aws.createDeliveryStream("everything");
        Path file = Files.writeString(
                directory.resolve("segment.yaml"),
                """
                segment:
                  aws: { endpoint-override: "%s" }
                  debugger: { mask: email }
                  sources:
                    web: { write-key: WEB_KEY, transform: [{ drop: properties.password }, { block: Heartbeat }] }
                    server: { write-key: SERVER_KEY }
                    legacy: { write-key: LEGACY_KEY }
                  destinations:
                    analytics: { type: kinesis, stream-name: events }
                    audit: { type: kinesis, stream-name: audit, sources: server }
                    archive: { type: kinesis, stream-name: archive, sources: legacy }
                    lake:
                      type: firehose
                      sources: web
                      map:
                        User Registered: new_users
                        Toast Shown: none
                        page: everything
                """
                        .formatted(aws.endpoint()));
        app = Program.start(
                Program.app(List.of("-Dquarkus.http.port=0")),
                directory,
                Map.of(
                        "SEGMENT_CONFIG",
                        file.toString(),
                        "AWS_ACCESS_KEY_ID",
                        "AKIATEST",
                        "AWS_SECRET_ACCESS_KEY",
                        "test"),
                directory.resolve("app.log"));
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(chromium)
                        .setArgs(List.of("--no-sandbox"))); // it shows nothing but our page
        api = new Api(URI.create("http://127.0.0.1:" + app.awaitOutput("Listening on: http://\\S+:(\\d+)")));
        url = app.awaitOutput("Management interface listening on (http://127.0.0.1:\\d+)") + "/segment/";
    }

    /** Returns the browser. Without one these tests are skipped, but not where all are to run. */
    private static Path chromium() {
        Optional<Path> found = Arrays.stream(System.getenv("PATH").split(":"))
                .flatMap(directory -> List.of("chromium", "chromium-browser", "google-chrome").stream()
                        .map(name -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst();
        String missing = "expected Chromium on the PATH, but there is none: install the package chromium";
        if (found.isEmpty() && System.getenv("CI") != null) {
            fail(missing);
        }
        if (found.isEmpty()) {
            System.err.println("The tests of the debugger page are skipped: " + missing);
        }
        assumeThat(found).as(missing).isPresent();
        return found.orElseThrow();
    }

    @AfterAll
    void stop() {
        for (AutoCloseable one : new AutoCloseable[] {browser, playwright, app, aws}) {
            try {
                if (one != null) {
                    one.close();
                }
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    @BeforeEach
    void open() {
        open(1280, 800, ColorScheme.LIGHT);
    }

    private void open(int width, int height, ColorScheme scheme) {
        if (context != null) {
            context.close();
        }
        context = browser.newContext(
                new Browser.NewContextOptions().setViewportSize(width, height).setColorScheme(scheme));
        page = context.newPage();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                faults.add(message.text());
            }
        });
        page.onPageError(faults::add);
        page.onRequest(request -> {
            if (!request.url().startsWith(url.substring(0, url.length() - "segment/".length()))) {
                elsewhere.add(request.url());
            }
        });
    }

    @AfterEach
    void nothingWentWrongAndNobodyElseWasCalled() {
        context.close();
        context = null;
        assertThat(faults).isEmpty();
        assertThat(elsewhere).isEmpty();
    }

    private void show(String view) {
        page.navigate(url + view);
        assertThat(page.getByRole(AriaRole.STATUS).filter(new Locator.FilterOptions().setHasText("Listening")))
                .isVisible();
    }

    private String send(String key, String event, String more) {
        String id = UUID.randomUUID().toString();
        int status = api.post(
                        "/v1/batch",
                        key,
                        "{\"batch\":[{\"event\":\"" + event + "\",\"messageId\":\"" + id + "\"," + more + "}]}")
                .statusCode();
        assertThat(status).isIn(200, 429);
        return id;
    }

    private Locator rows() {
        return page.getByRole(AriaRole.LIST, new Page.GetByRoleOptions().setName(Pattern.compile("^Events")))
                .getByRole(AriaRole.LINK);
    }

    private Locator row(String text) {
        return rows().filter(new Locator.FilterOptions().setHasText(text)).first();
    }

    private Locator detail() {
        return page.getByRole(
                AriaRole.REGION, new Page.GetByRoleOptions().setName("Event").setExact(true));
    }

    private void picture(String name) {
        if (Boolean.getBoolean("debugger.screenshots")) {
            page.screenshot(new Page.ScreenshotOptions().setPath(PICTURES.resolve(name + ".png")));
        }
    }

    @Test
    void anEventShowsAsItComesAndInFull() {
        show("");
        assertThat(page.getByText("Listening for events").or(row(""))).isVisible();

        api.post("/v1/track", "WRONG", "{\"userId\":\"u\",\"event\":\"E\"}");
        api.post("/v1/batch", "SERVER_KEY", "{\"batch\":[{\"type\":\"track\",\"event\":\"Nobody\"}]}");
        send("WEB_KEY", "Heartbeat", "\"type\":\"track\",\"userId\":\"tom\"");
        send(
                "WEB_KEY",
                "User Registered",
                "\"type\":\"track\",\"userId\":\"ann\",\"context\":{\"library\":{\"name\":\"analytics.js\","
                        + "\"version\":\"2.1\"}},\"properties\":{\"plan\":\"Pro\",\"email\":\"ann@example.com\","
                        + "\"password\":\"hidden\"}");
        row("ann").click();

        assertThat(detail()).containsText("shardId-");
        assertThat(detail()).containsText("analytics.js 2.1");
        assertThat(detail()).containsText("new_users");
        assertThat(detail()).containsText("As received");
        assertThat(detail().locator("ins")
                        .filter(new Locator.FilterOptions().setHasText("receivedAt"))
                        .first())
                .isVisible();
        assertThat(detail()).not().containsText("ann@example.com");
        assertThat(detail()).containsText("Steps of its source: drop, block");
        assertThat(detail().locator("del").filter(new Locator.FilterOptions().setHasText("password")))
                .isVisible();
        picture("debugger-live");
    }

    @Test
    void eachFateHasItsReason() {
        aws.faults().on("PutRecords").resource("events").times(1).failRecords(1, "InternalFailure");
        show("");

        String same = send("WEB_KEY", "Toast Shown", "\"type\":\"track\",\"userId\":\"tom\"");
        row("Toast Shown").click();
        assertThat(detail()).containsText("Attempts2");
        assertThat(detail()).containsText("Excluded");
        assertThat(detail()).containsText("row Toast Shown → none");

        api.post(
                "/v1/batch",
                "WEB_KEY",
                "{\"batch\":[{\"type\":\"track\",\"event\":\"Toast Shown\",\"userId\":\"tom\",\"messageId\":\"" + same
                        + "\"}]}");
        row("Duplicate").click();
        assertThat(detail()).containsText("was not sent on");

        send("WEB_KEY", "Heartbeat", "\"type\":\"track\",\"userId\":\"tom\"");
        row("Heartbeat").click();
        assertThat(detail()).containsText("A step that changes events ends it: block");

        api.post("/v1/batch", "WEB_KEY", "{\"batch\":[{\"type\":\"track\",\"event\":\"Nobody\"}]}");
        row("no_user_anon_id").click();
        assertThat(detail()).containsText("Rejected");

        api.post("/v1/track", "WRONG", "{\"userId\":\"u\",\"event\":\"E\"}");
        row("project_not_found").click();
        assertThat(detail()).containsText("answered with 400");
    }

    @Test
    void filtersLeaveWhatFits() {
        show("");
        send("WEB_KEY", "Filtered Web", "\"type\":\"track\",\"userId\":\"fay\"");
        send("SERVER_KEY", "None", "\"type\":\"page\",\"name\":\"Filtered Page\",\"userId\":\"fay\"");
        api.post("/v1/batch", "WEB_KEY", "{\"batch\":[{\"type\":\"track\",\"event\":\"Nobody\"}]}");

        page.getByLabel("All states").selectOption("rejected");
        assertThat(row("no_user_anon_id")).isVisible();
        assertThat(row("fay")).hasCount(0);
        page.getByLabel("All states").selectOption("");

        page.getByLabel("Filter by name, user or message ID").fill("fay");
        assertThat(rows()).hasCount(2);
        page.getByLabel("All types").selectOption("page");
        assertThat(rows()).hasCount(1);
        assertThat(row("Filtered Page")).isVisible();
        page.getByLabel("All types").selectOption("");
        page.getByLabel("All sources").selectOption("web");
        assertThat(rows()).hasCount(1);
        page.getByLabel("Filter by name, user or message ID").fill("filtered w");
        assertThat(row("Filtered Web")).isVisible();
    }

    @Test
    void theKeyboardIsEnough() {
        show("");
        send("WEB_KEY", "First", "\"type\":\"track\",\"userId\":\"one\"");
        send("SERVER_KEY", "Second", "\"type\":\"track\",\"userId\":\"two\"");
        assertThat(row("Second")).isVisible();

        page.keyboard().press("/");
        page.keyboard().type("second");
        assertThat(row("First")).hasCount(0);
        page.keyboard().press("Escape");
        page.keyboard().press("j");
        assertThat(detail()).containsText("two");
        page.keyboard().press("Escape");
        assertThat(detail()).containsText("Pick an event");

        page.keyboard().press("p");
        send("SERVER_KEY", "Second Again", "\"type\":\"track\",\"userId\":\"three\"");
        assertThat(page.getByText("Paused · 1 new")).isVisible();
        assertThat(row("Second Again")).hasCount(0);
        page.keyboard().press("p");
        assertThat(row("Second Again")).isVisible();

        page.getByLabel("Shortcuts of a single key").uncheck();
        page.getByText("Pick an event").click();
        page.keyboard().press("p");
        assertThat(page.getByText("Paused")).hasCount(0);
        show("");
        page.keyboard().press("j");
        assertThat(detail()).containsText("Pick an event");
    }

    @Test
    void aParkedStreamShowsItsMend() {
        send("LEGACY_KEY", "Archived", "\"type\":\"track\",\"userId\":\"eve\""); // to a stream that is not there
        show("#delivery");

        Locator archive = page.getByRole(AriaRole.ARTICLE).filter(new Locator.FilterOptions().setHasText("archive"));
        assertThat(archive).containsText("Parked");
        assertThat(archive).containsText("ResourceNotFoundException");
        assertThat(archive).containsText("Stream: there is none in us-west-2");
        assertThat(archive).containsText("Mend: ");
        assertThat(archive.getByRole(AriaRole.IMG))
                .hasAttribute(
                        "aria-label", Pattern.compile("Accepted: \\d+, Delivered: 0, Retried: \\d+, Throttled: 0,"));
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Doctor's report")))
                .isVisible();
        picture("debugger-delivery");
    }

    @Test
    void aStreamThatParksWhileThePageIsOpenIsExamined() {
        show("#delivery");
        Locator audit = page.getByRole(AriaRole.ARTICLE).filter(new Locator.FilterOptions().setHasText("audit"));
        assertThat(audit).isVisible();
        aws.deleteStream("audit");
        try {
            send("SERVER_KEY", "Audited", "\"type\":\"track\",\"userId\":\"eve\"");

            assertThat(audit).containsText("Parked", new LocatorAssertions.ContainsTextOptions().setTimeout(15_000));
            assertThat(audit).containsText("Mend: ", new LocatorAssertions.ContainsTextOptions().setTimeout(15_000));
        } finally {
            aws.createStream("audit", 1);
        }
    }

    @Test
    void aTestEventIsFollowedToItsStream() {
        show("#setup");
        Locator source = page.getByRole(AriaRole.ARTICLE)
                .filter(new Locator.FilterOptions()
                        .setHas(page.getByRole(
                                AriaRole.HEADING,
                                new Page.GetByRoleOptions().setName("web").setExact(true))));
        assertThat(source).not().containsText("WEB_KEY");
        picture("debugger-setup");
        source.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Show the write key of web"))
                .click();
        assertThat(source.locator("pre")).containsText("WEB_KEY");
        source.locator("select").selectOption("curl");
        assertThat(source.locator("pre")).containsText("curl -u 'WEB_KEY:'");

        page.getByLabel("Source", new Page.GetByLabelOptions().setExact(true)).selectOption("web");
        page.getByLabel("User ID").fill("tester");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Send test event"))
                .click();

        Locator result = page.locator(".result");
        assertThat(result).containsText("The app answered 200");
        assertThat(result.getByText("Delivered")).hasCount(2);
        assertThat(aws.stream("events").records())
                .anySatisfy(record -> assertThat(record.partitionKey()).isEqualTo("tester"));
        result.getByText("See it in full").click();
        assertThat(detail()).containsText("tester");
    }

    @ParameterizedTest
    @CsvSource({
        "'', 1280, LIGHT",
        "'', 390, DARK",
        "#delivery, 1280, DARK",
        "#delivery, 390, LIGHT",
        "#setup, 1280, LIGHT",
        "#setup, 390, DARK"
    })
    void everybodyCanUseIt(String view, int width, ColorScheme scheme) throws IOException {
        send("WEB_KEY", "User Registered", "\"type\":\"track\",\"userId\":\"axe\"");
        open(width, 800, scheme);
        show(view);
        if (view.isEmpty()) {
            send("WEB_KEY", "Opened", "\"type\":\"track\",\"userId\":\"axe\"");
            row("Opened").click();
            assertThat(detail()).containsText("shardId-");
        } else {
            assertThat(page.getByRole(AriaRole.ARTICLE).first()).isVisible();
        }
        page.evaluate(axe());

        Object found = page.evaluate("async () => (await axe.run()).violations.map(v => v.id + ': ' +"
                + " v.nodes.map(n => n.html + ' ' + n.failureSummary).join('; '))");

        assertThat((List<?>) found).isEmpty();
        Object overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth");
        assertThat((Integer) overflow).isNotPositive();
    }

    private static String axe() throws IOException {
        try (InputStream script =
                DebuggerIT.class.getResourceAsStream("/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js")) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
