package io.camelsegment.benchmarks.endtoend;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.benchmarks.Bodies;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RequestTemplateTest {

    private static final Pattern ID = Pattern.compile("\"messageId\":\"([^\"]+)\"");

    @ParameterizedTest
    @EnumSource(Bodies.class)
    void eachEventHasAnIdOfItsOwn(Bodies body) throws IOException {
        RequestTemplate template = RequestTemplate.of(body, null, 0, 0);
        Set<String> ids = new HashSet<>();
        for (long number : List.of(0L, 1L, 0xFEDCBA98L)) {
            Matcher matcher = ID.matcher(body(template.request(number), body));
            while (matcher.find()) {
                ids.add(matcher.group(1));
            }
        }
        assertThat(ids).hasSize(3 * body.events());
    }

    @ParameterizedTest
    @EnumSource(Bodies.class)
    void bodiesDifferInIdsAlone(Bodies body) throws IOException {
        RequestTemplate template = RequestTemplate.of(body, null, 0, 0);
        String other = body(template.request(0x12345678), body);
        assertThat(body(template.request(0xABCDEF01L), body).replace("abcdef01", "12345678"))
                .isEqualTo(other);
        assertThat(other).contains("12345678");
    }

    private static String body(byte[] request, Bodies body) throws IOException {
        int begin = new String(request, ISO_8859_1).indexOf("\r\n\r\n") + 4;
        ByteArrayInputStream content = new ByteArrayInputStream(request, begin, request.length - begin);
        return new String((body == Bodies.MOBILE ? new GZIPInputStream(content) : content).readAllBytes(), UTF_8);
    }
}
