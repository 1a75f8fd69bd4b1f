package io.camelsegment.localaws;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives each test class its own {@link LocalAws}, as a parameter of its methods or constructor, and stops it
 * afterwards.
 *
 * <pre>{@code
 * @ExtendWith(LocalAwsExtension.class)
 * class DeliveryTest {
 *     @Test
 *     void deliversToTheStream(LocalAws aws) { ... }
 * }
 * }</pre>
 *
 * With settings of its own: {@code @RegisterExtension static final LocalAwsExtension LOCAL = new
 * LocalAwsExtension(LocalAws.builder().sessionDuration(...));} and {@code LOCAL.aws()}. The methods of a class share
 * the state; {@link LocalAws#reset} clears it. Nested classes share their outer class's. Classes may run concurrently,
 * unless they share such a field.
 */
public final class LocalAwsExtension implements BeforeAllCallback, BeforeEachCallback, ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(LocalAwsExtension.class);

    private final LocalAws.Builder builder;
    private volatile LocalAws aws;

    /** Creates an extension with the default settings. */
    public LocalAwsExtension() {
        this(LocalAws.builder());
    }

    public LocalAwsExtension(LocalAws.Builder builder) {
        this.builder = builder;
    }

    /**
     * The running server.
     *
     * @throws IllegalStateException before the test class begins
     */
    public LocalAws aws() {
        if (aws == null) {
            throw new IllegalStateException("local AWS is not started; register this extension in a static field");
        }
        return aws;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        aws = start(context);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        aws = start(context);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == LocalAws.class;
    }

    @Override
    public LocalAws resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return start(context);
    }

    /** Starts the server once, in the first context that asks; inner contexts share it, and JUnit closes it. */
    private LocalAws start(ExtensionContext context) {
        return context.getStore(NAMESPACE).computeIfAbsent(this, extension -> builder.start(), LocalAws.class);
    }
}
