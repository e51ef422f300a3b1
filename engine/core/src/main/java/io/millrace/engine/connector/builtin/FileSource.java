package io.millrace.engine.connector.builtin;

import io.millrace.engine.connector.Source;
import io.millrace.engine.connector.SourceContext;
import io.millrace.engine.connector.TableOptions;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** A table of files with one record a line. <b>Ownership:</b> its partitions. */
final class FileSource implements Source
{
    private final List<FilePartition> partitions = new ArrayList<>();

    FileSource(final SourceContext context)
    {
        final TableOptions options = new TableOptions(context.table(), context.options());
        final List<FileListing.ListedFile> files =
            FileListing.list(context.table(), options.text(FilesystemConnector.PATH));
        for (final FileListing.ListedFile file : files)
        {
            if (!Files.isReadable(file.path()))
            {
                throw TableOptions.environment("can't read " + file.path() + ": permission denied");
            }
        }
        if (options.flag(FilesystemConnector.PARTITION_BY_FILE, false) && !files.isEmpty())
        {
            for (int i = 0; i < files.size(); i++)
            {
                partitions.add(new FilePartition(
                    List.of(files.get(i)), i, context.maxRecordBytes(), LineReader.SMALL_CAPACITY));
            }
        }
        else
        {
            partitions.add(new FilePartition(files, 0, context.maxRecordBytes(), LineReader.USUAL_CAPACITY));
        }
    }

    @Override
    public List<? extends Partition> partitions()
    {
        return partitions;
    }

    @Override
    public void close()
    {
        partitions.forEach(FilePartition::close);
    }
}
