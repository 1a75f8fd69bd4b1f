package io.camelsegment.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.testing.SegmentServer;
import io.camelsegment.tracking.LeftOutRouteTest.Form;
import org.apache.camel.ServiceStatus;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A left out route is known even if it is the only one, so that nothing else creates the component. */
class LeftOutRoutesPluginTest {

    @ParameterizedTest
    @EnumSource
    void answers503(Form form) throws Exception {
        try (SegmentServer server = new SegmentServer(LeftOutRouteTest.in(form, "{{enabled}}"))) {
            LeftOutRouteTest.assertStatus(server, 503);
        }
    }

    @ParameterizedTest
    @EnumSource
    void answers503WhenItIsAddedLater(Form form) throws Exception {
        try (SegmentServer server = new SegmentServer()) {
            server.context().addRoutes(LeftOutRouteTest.in(form, "false"));

            LeftOutRouteTest.assertStatus(server, 503);
        }
    }

    @Test
    void needsNoHttpServer() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.addRoutes(LeftOutRouteTest.in(Form.JAVA, "false"));

            context.start();

            assertThat(context.getStatus()).isEqualTo(ServiceStatus.Started);
            assertThat(context.getRoutes()).isEmpty();
        }
    }
}
