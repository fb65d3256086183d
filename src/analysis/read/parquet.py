"""Parquet files as Arrow tables. Run by `reader_process.py` alone: it imports nothing of this package."""

MOST_CELLS = 200_000_000
MOST_BYTES = 2 << 30


def read_columns(data: bytes) -> bytes:
    """The table of a parquet file as an Arrow stream; raises ValueError where it is broken or too large once unpacked."""
    import io

    import pyarrow as pa
    import pyarrow.parquet as parquet

    try:
        file = parquet.ParquetFile(io.BytesIO(data))
        rows, columns = file.metadata.num_rows, file.metadata.num_columns
        if rows * columns > MOST_CELLS:
            raise ValueError(f"it holds {rows} rows of {columns} columns: cut it")
        table = file.read()
    except pa.ArrowException as error:
        raise ValueError(str(error).partition("\n")[0]) from None
    if table.nbytes > MOST_BYTES:
        raise ValueError("it takes more than 2 GB once unpacked: cut it")
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return sink.getvalue().to_pybytes()
