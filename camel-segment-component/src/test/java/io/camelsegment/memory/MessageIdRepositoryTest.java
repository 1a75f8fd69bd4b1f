package io.camelsegment.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PropertyBindingSupport;
import org.apache.camel.util.SensitiveUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageIdRepositoryTest {

    private static final String KEY = "000102030405060708090a0b0c0d0e0f";

    private final MessageIdRepository ids = new MessageIdRepository();

    private static Hash128[] hashes(MessageIdRepository ids, String source, String... messageIds) {
        return ids.hashes(source, List.of(messageIds), Function.identity());
    }

    private Hash128[] hashes(String source, String... messageIds) {
        return hashes(ids, source, messageIds);
    }

    @Test
    void remembersTheIdsOfARequestAtOnce() {
        assertThat(ids.containsAll(hashes("web", "1", "2"))).containsExactly(false, false);
        ids.addAll(hashes("web", "1", "2"));

        assertThat(ids.containsAll(hashes("web", "2", "3", "1"))).containsExactly(true, false, true);
        assertThat(ids.containsAll(hashes("server", "1", "2"))).containsExactly(false, false);
        assertThat(ids.containsAll(hashes("web"))).isEmpty();
        assertThat(ids.size()).isEqualTo(2);
    }

    @Property(tries = 300)
    void knowsAnIdOfASourceByItsTextToo(@ForAll String source, @ForAll List<String> messageIds) {
        for (String id : messageIds) {
            boolean isFirst = !ids.contains(source + ':' + id);
            assertThat(ids.add(source + ':' + id)).isEqualTo(isFirst);
        }
        Hash128[] hashes = ids.hashes(source, messageIds, Function.identity());
        assertThat(ids.containsAll(hashes)).doesNotContain(false);
        for (int i = 0; i < hashes.length; i++) {
            boolean isFirst = messageIds.indexOf(messageIds.get(i)) == i;
            assertThat(ids.remove(source + ':' + messageIds.get(i))).isEqualTo(isFirst);
        }
        assertThat(ids.containsAll(hashes)).doesNotContain(true);
    }

    @ParameterizedTest
    @CsvSource({"a, b", "\u00e4, \u00f6", "\ud800, \ud801", "\ud800, ?", "\ud83d\ude00, \ud83d\ude01"})
    void mistakesNoIdForAnother(String one, String other) {
        ids.addAll(hashes("web", one));

        assertThat(ids.containsAll(hashes("web", one, other))).containsExactly(true, false);
    }

    @Test
    void tellsTextsApartThatEndInZeros() {
        ids.addAll(hashes("web", ""));

        assertThat(ids.containsAll(hashes("web", "", "\0", "\0\0"))).containsExactly(true, false, false);
    }

    @Test
    void forgetsWhatItIsToldTo() {
        ids.add("web:1");
        ids.add("web:2");

        assertThat(ids.remove("web:1")).isTrue();
        assertThat(ids.remove("web:1")).isFalse();
        assertThat(ids.contains("web:1")).isFalse();
        ids.clear();
        assertThat(ids.contains("web:2")).isFalse();
    }

    @Test
    void forgetsTheOldestBeyondItsBytes() {
        ids.setMaxBytes(64 << 10);
        for (int i = 1; i <= 20_000; i++) {
            assertThat(ids.add("web:" + i)).isTrue();
            assertThat(ids.add("web:" + i)).isFalse();
        }

        assertThat(ids.bytes()).isLessThanOrEqualTo(64 << 10);
        assertThat(ids.size()).isBetween(1_024L, 2_048L);
        assertThat(ids.contains("web:20000")).isTrue();
        assertThat(ids.contains("web:19500")).isTrue();
        assertThat(ids.contains("web:10000")).isFalse();
    }

    @Test
    void remembersForEver() {
        ids.setWindow(Duration.ofSeconds(Long.MAX_VALUE));
        ids.add("web:1");

        assertThat(ids.contains("web:1")).isTrue();
    }

    @Test
    void refusesABoundlessMemory() {
        assertThatThrownBy(() -> ids.setWindow(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("window: expected more than zero, but was PT0S");
        assertThatThrownBy(() -> ids.setMaxBytes(16_383))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxBytes: expected at least 16384, but was 16383");
    }

    @Test
    void hashesAlikeWithTheSameKeyOnly() {
        MessageIdRepository other = new MessageIdRepository();
        assertThat(hashes("web", "1")).isNotEqualTo(hashes(other, "web", "1"));

        ids.setSecretKey(KEY);
        for (String same : List.of(KEY, KEY.toUpperCase(Locale.ROOT), "AAECAwQFBgcICQoLDA0ODw==")) {
            other.setSecretKey(same);
            assertThat(hashes("web", "1")).isEqualTo(hashes(other, "web", "1"));
        }
        other.setSecretKey("-_8DBAUGBwgJCgsMDQ4PEA");
        assertThat(hashes("web", "1")).isNotEqualTo(hashes(other, "web", "1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "hunter2", "000102030405060708090a0b0c0d0e", "000102030405060708090a0b0c0d0e0g", "AAEC"})
    void refusesAnotherKeyAndDoesNotQuoteIt(String key) {
        assertThatThrownBy(() -> ids.setSecretKey(key))
                .isInstanceOf(IllegalArgumentException.class)
                .hasNoCause()
                .hasMessage("secretKey: expected 16 bytes, as 32 hexadecimal digits or as base64"
                        + " (openssl rand -hex 16 makes one), but was " + key.length()
                        + " characters of something else");
    }

    @Test
    void isABeanWhoseKeyCamelMasks() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            PropertyBindingSupport.build()
                    .withReflection(true)
                    .bind(
                            context,
                            ids,
                            new HashMap<>(Map.of("window", "48h", "max-bytes", "1000000", "secret-key", KEY)));
        }
        MessageIdRepository other = new MessageIdRepository();
        other.setSecretKey(KEY);

        assertThat(ids.getWindow()).isEqualTo(Duration.ofDays(2));
        assertThat(ids.getMaxBytes()).isEqualTo(1_000_000);
        assertThat(hashes("web", "1")).isEqualTo(hashes(other, "web", "1"));
        assertThat(SensitiveUtils.containsSensitive("camel.beans.segmentMessageIds.secretKey"))
                .isTrue();
    }
}
