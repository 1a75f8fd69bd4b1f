package io.camelsegment.example.springboot;

import io.camelsegment.firehose.SegmentFirehoseComponent;
import io.camelsegment.kinesis.SegmentKinesisComponent;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** The application: the HTTP server of the collector, and the options of its components. */
@SpringBootApplication
public class Collector {

    public static void main(String... args) {
        SpringApplication.run(Collector.class, args);
    }

    /** The server that SDKs send to. A server of Spring's, if the application has one, is another. */
    @Bean
    CamelContextConfiguration collectorServer(@Value("${collector.port}") int port) {
        return new CamelContextConfiguration() {
            @Override
            public void beforeApplicationStart(CamelContext context) {
                VertxPlatformHttpServerConfiguration configuration = new VertxPlatformHttpServerConfiguration();
                configuration.setBindPort(port);
                try {
                    context.addService(new VertxPlatformHttpServer(configuration));
                } catch (Exception e) {
                    throw new IllegalStateException("expected a free port in collector.port, was " + port, e);
                }
            }

            @Override
            public void afterApplicationStart(CamelContext context) {}
        };
    }

    /**
     * Takes its options from the application's properties, which Spring does itself only for components with a starter.
     */
    @Bean("segment-kinesis")
    @ConfigurationProperties("camel.component.segment-kinesis")
    SegmentKinesisComponent kinesis() {
        return new SegmentKinesisComponent();
    }

    @Bean("segment-firehose")
    @ConfigurationProperties("camel.component.segment-firehose")
    SegmentFirehoseComponent firehose() {
        return new SegmentFirehoseComponent();
    }
}
