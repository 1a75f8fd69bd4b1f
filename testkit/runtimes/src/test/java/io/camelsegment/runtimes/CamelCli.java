package io.camelsegment.runtimes;

/** What the script {@code camel} does. The CLI is on the class path of its own process only. */
public final class CamelCli {

    private CamelCli() {}

    /** Runs the CLI. */
    public static void main(String... args) throws ReflectiveOperationException {
        Class.forName("org.apache.camel.dsl.jbang.core.commands.CamelJBangMain")
                .getMethod("run", String[].class)
                .invoke(null, (Object) args);
    }
}
