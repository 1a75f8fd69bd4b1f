package io.camelsegment.quarkus;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What counts as a class in settings and YAML. */
class NamedClassesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#class:com.acme.Sum",
                "#class:com.acme.Sum('a', 1)",
                "#class:com.acme.Sum#create(1)",
                "#type:com.acme.Sum",
                "segment:web?repository=#class:com.acme.Sum&writeKey=k"
            })
    void findsTheClassOfABeanInASetting(String value) {
        assertThat(NamedClasses.ofSetting(value)).containsExactly("com.acme.Sum");
    }

    @ParameterizedTest
    @ValueSource(strings = {"com.acme.Sum", "#bean:sum", "#sum", "#autowired", "#class:", "arn:aws:iam::1:role/a.b.C"})
    void findsNoClassInOtherSettings(String value) {
        assertThat(NamedClasses.ofSetting(value)).isEmpty();
    }

    @Test
    void findsTheClassesOfYamlInAnyStyle() {
        assertThat(
                        NamedClasses.ofYaml(
                                """
                        # type: com.acme.Comment
                        - beans:
                            - name: sum
                              type: com.acme.Sum$Fast
                            - { name: other, type: "com.acme.Flow" }
                        - onException:
                            exception:
                              - com.acme.NotFoundException
                              - 'com.acme.Quoted'
                        - route:
                            from:
                              uri: segment:web?repository=#class:com.acme.Repository
                              steps:
                                - bean: { beanType: com.acme.Step }
                                - throwException:
                                    exceptionType: "com.acme.RefusedException"
                                    message: no
                                - aggregate:
                                    aggregationStrategy: "#class:com.acme.Aggregation"
                                - unmarshal: { json: { unmarshalType: com.acme.Row } }
                        """))
                .containsExactly(
                        "com.acme.Sum$Fast",
                        "com.acme.Flow",
                        "com.acme.NotFoundException",
                        "com.acme.Quoted",
                        "com.acme.Repository",
                        "com.acme.Step",
                        "com.acme.RefusedException",
                        "com.acme.Aggregation",
                        "com.acme.Row");
    }

    @Test
    void findsNoClassInOtherYaml() {
        assertThat(
                        NamedClasses.ofYaml(
                                """
                        - route:
                            from:
                              uri: direct:com.acme.Orders
                              steps:
                                - setHeader: { name: event, constant: com.acme.OrderPlaced }
                                - log: "type: ${body}"
                        - template: { properties: { name: { type: string } } }
                        """))
                .isEmpty();
    }
}
