package io.camelsegment.app.debugger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaskTest {

    private final Mask mask = new Mask(List.of("email", "traits.Phone", "address"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"writeKey":"k","a":1} | {"writeKey":"•••","a":1}
                    {"traits":{"eMail" : "x@y", "n":1}} | {"traits":{"eMail" : "•••", "n":1}}
                    {"traits":{"phone":[1,{"a":"]"}]},"phone":2} | {"traits":{"phone":"•••"},"phone":2}
                    {"context":{"traits":{"phone":null}}} | {"context":{"traits":{"phone":"•••"}}}
                    [{"email":"a"},{"email":{"b":"c"}}] | [{"email":"•••"},{"email":"•••"}]
                    {"address":-1.50e3} | {"address":"•••"}
                    {"\\u0065mail":"escaped","emails":"kept"} | {"\\u0065mail":"•••","emails":"kept"}
                    """)
    void hidesValuesAndKeepsAllElse(String json, String shown) {
        assertThat(mask.apply(json.getBytes(StandardCharsets.UTF_8))).isEqualTo(shown);
    }

    @Test
    void keepsWhatOtherParsersRound() {
        String json = "{ \"n\":12345678901234567890, \"d\":1.10,\t\"s\":\"\\u00e9\\/\", \"e\":\"\uD83D\uDC2A\" }";

        assertThat(mask.apply(json.getBytes(StandardCharsets.UTF_8))).isEqualTo(json);
    }

    @Test
    void showsNothingOfWhatIsNoJson() {
        assertThat(mask.apply("{\"email\":\"x@y\"".getBytes(StandardCharsets.UTF_8)))
                .doesNotContain("x@y");
    }
}
