package io.camelsegment.quarkus.deployment;

import io.quarkus.deployment.builditem.BytecodeTransformerBuildItem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;

/** Loads the classes of some packages as build steps have transformed them, and all others from its parent. */
final class ImageClasses extends ClassLoader {

    private final String packages;
    private final Map<String, byte[]> files = new HashMap<>();

    /**
     * Transforms classes.
     *
     * @param packages what the names of the classes begin with that it loads itself
     */
    ImageClasses(String packages, Iterable<BytecodeTransformerBuildItem> items) throws IOException {
        super(ImageClasses.class.getClassLoader());
        this.packages = packages;
        for (BytecodeTransformerBuildItem item : items) {
            String name = item.getClassToTransform();
            ClassWriter writer = new ClassWriter(0);
            new ClassReader(read(name)).accept(item.getVisitorFunction().apply(name, writer), 0);
            files.put(file(name), writer.toByteArray());
        }
    }

    private static String file(String className) {
        return className.replace('.', '/') + ".class";
    }

    private byte[] read(String className) throws IOException {
        try (InputStream stream = getResourceAsStream(file(className))) {
            return stream.readAllBytes();
        }
    }

    @Override
    public InputStream getResourceAsStream(String name) {
        byte[] file = files.get(name);
        return file == null ? super.getResourceAsStream(name) : new ByteArrayInputStream(file);
    }

    @Override
    protected synchronized Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(packages) || findLoadedClass(name) != null) {
            return super.loadClass(name, resolve);
        }
        try {
            byte[] file = read(name);
            return defineClass(name, file, 0, file.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
