package io.camelsegment.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.event.SegmentEvent;
import io.camelsegment.testing.RawHttp;
import io.camelsegment.testing.RawHttp.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The image that an e-mail shows: always the image, whatever comes. */
class PixelTest {

    @RegisterExtension
    static final Api API = new Api();

    /** Its base64 holds both letters in which the alphabets differ, and padding. */
    private static final byte[] EVENT =
            RawHttp.utf8("{\"writeKey\":\"WEB_KEY\",\"userId\":\"u1\",\"event\":\"Email ~~~ ???\"} ");

    private static final String PADDED = Base64.getEncoder().encodeToString(EVENT);
    private static final String URL_SAFE = Base64.getUrlEncoder().encodeToString(EVENT);

    @Test
    void readsBase64OfEitherAlphabetPaddedOrNot() throws Exception {
        assertThat(PADDED).contains("+", "/").endsWith("=");
        String[] forms = {
            URLEncoder.encode(PADDED, StandardCharsets.UTF_8),
            PADDED,
            PADDED.replace("=", ""),
            URL_SAFE,
            URL_SAFE.replace("=", "")
        };
        for (String form : forms) {
            assertImage(API.get("/v1/pixel/track?data=" + form));
        }

        assertThat(API.delivered()).hasSize(forms.length).allSatisfy(event -> assertThat(event.event())
                .isEqualTo("Email ~~~ ???"));
    }

    @Test
    void readsPlainParameters() throws Exception {
        assertImage(API.get("/v1/pixel/track?writeKey=WEB_KEY&userId=u1&event=Email%20Opened%3F"
                + "&properties.subject=Hi+there&properties.campaign.id=7&context.campaign.name=June"));

        assertThat(API.onlyRecord())
                .contains(
                        "\"event\":\"Email Opened?\"",
                        "\"properties\":{\"subject\":\"Hi there\",\"campaign\":{\"id\":\"7\"}}",
                        "\"context\":{\"campaign\":{\"name\":\"June\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            textBlock =
                    """
                    no parameter             | -
                    no base64                | ?data=*
                    no JSON                  | ?data=aGVsbG8
                    no write key             | ?data=e30
                    an unknown write key     | ?writeKey=NOBODY&userId=u1&event=E
                    no user                  | ?writeKey=WEB_KEY&event=E
                    a value with fields      | ?writeKey=WEB_KEY&userId=u1&event=E&a=1&a.b=2
                    a percent sign in base64 | ?data=e30%
                    no event name            | ?writeKey=WEB_KEY&userId=%zz&event=
                    """)
    void showsTheImageEvenOfABadEvent(String what, String query) throws Exception {
        assertImage(API.get("/v1/pixel/track" + (query == null ? "" : query)));
        assertThat(API.delivered()).isEmpty();
    }

    /** What mail programs and templates make of base64. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "MIME",
                "%20TEXT",
                "TEXT%20",
                "TEXT+%20%0A",
                "TEXT%0A",
                "TEXT%0D%0A",
                "%0ATEXT%09",
                "TEXT=",
                "TEXT%3D%3D%3D",
                "LINES%0A",
                "LINES%0D%0A",
                "LINES%20%0D%0A%20",
                "URLSAFE%0A",
                "%C2%A0TEXT%E2%80%AF%C2%A0",
                "%EF%BB%BFTEXT",
                "LINES%E2%80%A8"
            })
    void readsWrappedBase64(String form) throws Exception {
        String unpadded = PADDED.replace("=", "");
        String lineEnd = form.startsWith("LINES") ? form.substring("LINES".length()) : "";
        String data = form.startsWith("LINES")
                ? unpadded.replaceAll("(.{20})", "$1" + lineEnd)
                : form.equals("MIME")
                        ? URLEncoder.encode(
                                Base64.getMimeEncoder(20, new byte[] {13, 10}).encodeToString(EVENT),
                                StandardCharsets.UTF_8)
                        : form.replace("TEXT+", "TEXT")
                                .replace("TEXT", unpadded)
                                .replace("URLSAFE", URL_SAFE.replace("=", ""));

        assertImage(API.get("/v1/pixel/track?data=" + data));
        Answer jsonp = API.get("/v1/t?callback=cb&data=" + data);

        assertThat(jsonp.body()).isEqualTo("cb(" + Api.SUCCESS + ");");
        assertThat(API.delivered()).hasSize(2).allSatisfy(event -> assertThat(event.event())
                .isEqualTo("Email ~~~ ???"));
    }

    @Test
    void readsPlusSignsThatBecameSpaces() throws Exception {
        assertImage(API.get("/v1/pixel/track?data=" + PADDED.replace("+", "%20")));

        assertThat(API.delivered())
                .singleElement()
                .extracting(SegmentEvent::event)
                .isEqualTo("Email ~~~ ???");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    50%%20off     | 50% off
                    50%           | 50%
                    %             | %
                    %zz           | %zz
                    %4            | %4
                    100%+sure     | 100% sure
                    %C3%A9%%C3%A9 | é%é
                    """)
    void takesAStrayPercentSignAsItself(String written, String meant) throws Exception {
        assertImage(API.get("/v1/pixel/track?writeKey=WEB_KEY&userId=u1&event=E&properties.subject=" + written));
        Answer jsonp = API.get("/v1/t?writeKey=WEB_KEY&userId=u1&event=E&callback=cb&properties.subject=" + written);

        assertThat(jsonp.body()).isEqualTo("cb(" + Api.SUCCESS + ");");
        assertThat(API.delivered()).hasSize(2).allSatisfy(event -> assertThat(
                        new String(event.json(), StandardCharsets.UTF_8))
                .contains("\"properties\":{\"subject\":\"" + meant + "\"}"));
    }

    @ParameterizedTest
    @CsvSource({"/v1/pixel/track, image/gif", "/v1/t, application/javascript"})
    void answersHeadAsGetButDeliversNothing(String path, String type) throws Exception {
        String query = path + "?callback=cb&data=" + URL_SAFE;
        Answer head;
        try (RawHttp http = API.connect()) {
            head = http.head("HEAD " + query + " HTTP/1.1\nHost: " + API.uri().getAuthority())
                    .answerHead();
        }
        assertThat(API.delivered()).isEmpty();

        Answer get = API.get(query);

        assertThat(API.delivered()).hasSize(1);
        assertThat(head.status()).isEqualTo(get.status()).isEqualTo(200);
        assertThat(head.header("Content-Type")).isEqualTo(type);
        assertThat(head.headers()).isEqualTo(get.headers());
    }

    private static void assertImage(Answer answer) {
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("image/gif");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.body()).startsWith("GIF89a");
    }
}
