package io.camelsegment.tracking.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KeyDigestTest {

    @Test
    void tellsKeysApart() {
        KeyDigest digest = new KeyDigest();

        assertThat(digest.of("WEB_KEY")).isEqualTo(digest.of("WEB_KEY")).isNotEqualTo(digest.of("WEB_KEZ"));
    }

    @Test
    void cannotBeForeseen() {
        assertThat(new KeyDigest().of("WEB_KEY")).isNotEqualTo(new KeyDigest().of("WEB_KEY"));
    }
}
