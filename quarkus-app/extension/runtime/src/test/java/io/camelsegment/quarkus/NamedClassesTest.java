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
                              type: com.acme.Sum$Fast # type: com.acme.Comment
                            - { name: other, type: "com.acme.Flow" }
                            - name: built
                              builderClass: com.acme.Builder
                        - onException:
                            exception:
                              - com.acme.NotFoundException
                              - 'com.acme.Quoted'
                        - onException: { exception: [ com.acme.First, "com.acme.Second" ] }
                        - onException:
                            exception: [
                              com.acme.Third,
                              # com.acme.Comment
                              com.acme.Fourth ]
                        - route:
                            from:
                              uri: segment:web?repository=#class:com.acme.Repository
                              steps:
                                - bean: { beanType: com.acme.Step }
                                - process: { ref: com.acme.Reference }
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
                        "com.acme.Builder",
                        "com.acme.NotFoundException",
                        "com.acme.Quoted",
                        "com.acme.First",
                        "com.acme.Second",
                        "com.acme.Third",
                        "com.acme.Fourth",
                        "com.acme.Repository",
                        "com.acme.Step",
                        "com.acme.Reference",
                        "com.acme.RefusedException",
                        "com.acme.Aggregation",
                        "com.acme.Row");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "to: class:com.acme.Sum?method=add",
                "to: { uri: 'class:com.acme.Sum' }",
                "uri: >-\n  bean:com.acme.Sum",
                "simple: ${bean:type:com.acme.Sum?method=add}",
                "simple: 'sum ${bean:com.acme.Sum} of $simple{type:com.acme.Sum.ZERO}'",
                "simple: ${bodyAs(com.acme.Sum)}",
                "simple: ${headerAs(total, com.acme.Sum)} == 1",
                "simple: ${body} is 'com.acme.Sum'",
                "---\na: b\n---\ntype: com.acme.Sum",
                "? [ a ]\n: b\ntype: com.acme.Sum",
                "type: com.acme.Sum\nbroken: [",
                "&a { x: { y: [ { type: com.acme.Sum } ] } }"
            })
    void findsTheClassOfAStep(String yaml) {
        assertThat(NamedClasses.ofYaml(yaml)).containsExactly("com.acme.Sum");
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
                                - log: "type: ${body}, as com.acme.Log" # to: class:com.acme.Comment
                                - log: # class:com.acme.Comment
                                    message: of com.acme.Log
                                - to: log:com.acme.Log
                                - choice: { when: [ { constant: [ com.acme.Value ] } ] }
                        - template: { properties: { name: { type: string } } }
                        """))
                .isEmpty();
    }
}
