package io.camelsegment.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemberTest {

    @ParameterizedTest
    @EnumSource
    void isFoundByItsName(Member member) {
        assertThat(named(member.specName())).isSameAs(member);
        assertThat(named(member.specName().replaceFirst("t", "\\\\u0074"))).isSameAs(member);
    }

    @ParameterizedTest
    @EnumSource
    void isFoundAtTheEndOfTheText(Member member) {
        for (int padding = 0; padding <= 16; padding++) {
            byte[] json = ("{\"" + member.specName() + "\":0" + " ".repeat(padding)).getBytes(UTF_8);
            JsonScanner scanner = new JsonScanner(json, 1);
            scanner.firstMember(0);
            assertThat(Member.of(json, scanner))
                    .as("%d bytes of padding", padding)
                    .isSameAs(member);
        }
    }

    @ParameterizedTest
    @EnumSource
    void isNotFoundByNamesThatDifferInOneCharacter(Member member) {
        String name = member.specName();
        for (int i = 0; i < name.length(); i++) {
            assertThat(named(name.substring(0, i) + "~" + name.substring(i + 1)))
                    .isNull();
            assertThat(named(name.substring(0, i) + name.substring(i + 1))).isNull();
            assertThat(named(name.substring(0, i) + "~" + name.substring(i))).isNull();
        }
        assertThat(named(name + "~")).isNull();
        assertThat(named(name + "\\u0000")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "n", "nam", "NAME", "original", "propertiez", "originalTimestamq", "original.imestamp"})
    void isNotFoundByOtherNames(String name) {
        assertThat(named(name)).isNull();
    }

    private static Member named(String name) {
        byte[] json = ("{\"" + name + "\":\"some value\"}").getBytes(UTF_8);
        JsonScanner scanner = new JsonScanner(json, 1);
        scanner.firstMember(0);
        return Member.of(json, scanner);
    }
}
