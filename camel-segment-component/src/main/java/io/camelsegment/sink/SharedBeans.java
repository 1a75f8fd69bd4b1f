package io.camelsegment.sink;

import io.camelsegment.delivery.MemoryBudget;
import io.camelsegment.delivery.Workload;
import io.camelsegment.observation.Observation;
import io.camelsegment.observation.Tracing;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.support.CamelContextHelper;

/**
 * The beans that the sources and sinks of a CamelContext share. They are created when absent from its registry. An
 * application can bind a memory budget of its own.
 */
public final class SharedBeans {

    /** Registry name of the {@link MemoryBudget}, created with its default size when absent. */
    public static final String MEMORY_BUDGET = "segmentMemoryBudget";

    /** Registry name of the {@link Workload}. */
    public static final String WORKLOAD = "segmentWorkload";

    /** Registry name of the {@link Observation}. */
    public static final String OBSERVATION = "segmentObservation";

    private SharedBeans() {}

    /** Returns the budget of bytes that the context may hold. */
    public static MemoryBudget memoryBudget(CamelContext context) {
        return bean(context, MEMORY_BUDGET, MemoryBudget.class, () -> new MemoryBudget(MemoryBudget.defaultMaxBytes()));
    }

    /** Returns how busy the context's sinks are. */
    public static Workload workload(CamelContext context) {
        return bean(context, WORKLOAD, Workload.class, Workload::new);
    }

    /** Returns who observes the context's events. It makes traces by the only {@link Tracing} of the registry. */
    public static Observation observation(CamelContext context) {
        return bean(
                context,
                OBSERVATION,
                Observation.class,
                () -> new Observation(CamelContextHelper.findSingleByType(context, Tracing.class)));
    }

    /** Returns the only {@link MeterRegistry} of the context's registry, else Micrometer's global one. */
    public static MeterRegistry meterRegistry(CamelContext context) {
        MeterRegistry found = CamelContextHelper.findSingleByType(context, MeterRegistry.class);
        return found == null ? Metrics.globalRegistry : found;
    }

    private static synchronized <T> T bean(CamelContext context, String name, Class<T> type, Supplier<T> maker) {
        T bean = context.getRegistry().lookupByNameAndType(name, type);
        if (bean == null) {
            bean = maker.get();
            context.getRegistry().bind(name, bean);
        }
        return bean;
    }
}
