"""A process that opens what others made: workbooks, web pages, JSON, parquet; one after the other,
within limits.

It is started by its file, alone and in a fixed folder, so that nothing that lies module_beside the
data is ever run; the modules that it needs are loaded from module_beside it. It reads requests
(pickled: kind, sheet, bytes) from standard input and answers each on standard output: ("done", what
it read) or ("failed", (why, and with which fields where it is a sentence to translate)). Where a
file needs more memory than the limit, the process ends, and whoever asked says so.
"""

import io
import json
import pickle
import struct
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

LENGTH = struct.Struct("<Q")


def send(stream, message: object) -> None:
    written = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(LENGTH.pack(len(written)))
    stream.write(written)
    stream.flush()


def module_beside(name: str):
    """The module of a file module_beside this one."""
    spec = spec_from_file_location(f"reader_{name}", Path(__file__).with_name(f"{name}.py"))
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def answer(kind: str, sheet: str | None, data: bytes) -> tuple[str, object]:
    """What is read of a file, or why it cannot be."""
    limits = module_beside("limits")
    try:
        if kind == "workbook":
            names = ("row_styles", "cell_comments", "cell_signs")
            finders = [module_beside(name) for name in names]
            pages = module_beside("workbook").read_pages(data, sheet, limits.SHEET_CELLS, *finders)
            return "done", [tuple(page) for page in pages]
        if kind == "markup":
            return "done", module_beside("markup").read_tables(
                data, limits.PAGE_CELLS, limits.PAGE_SPAN
            )
        if kind == "json":
            read_records = module_beside("json_records").read_records
            return "done", read_records(data, limits.COLUMNS, limits.SHEET_CELLS)
        return "done", parquet_stream(data, limits.PARQUET_CELLS, limits.MOST_UNPACKED_BYTES)
    except MemoryError:
        return "failed", ("reading it would take more than 4 GB", {})
    except RecursionError:
        return "failed", ("its parts lie too deep within one another", {})
    except (OSError, ValueError) as error:
        is_sentence = len(error.args) == 2 and isinstance(error.args[1], dict)
        return "failed", error.args if is_sentence else (str(error), None)


def parquet_stream(data: bytes, most_cells: int, most_bytes: int) -> bytes:
    """The table of a parquet file as an Arrow stream; ValueError where broken or too large."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    try:
        file = parquet.ParquetFile(io.BytesIO(data))
        rows, columns = file.metadata.num_rows, file.metadata.num_columns
        if rows * columns > most_cells:
            size = {"rows": str(rows), "columns": str(columns)}
            raise ValueError("it holds {rows} rows of {columns} columns: cut it", size)
        table = file.read()
        columns = [as_plain(column) for column in table.columns]
        # two columns may bear one name; of what pandas noted beside them nothing is needed
        table = pa.Table.from_arrays(columns, names=table.column_names)
    except pa.ArrowException as error:
        raise ValueError(str(error).partition("\n")[0]) from None
    if table.nbytes > most_bytes:
        raise ValueError(
            "it takes more than {gb} GB once unpacked: cut it", {"gb": most_bytes >> 30}
        )
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return sink.getvalue().to_pybytes()


def as_plain(column):
    """A column of parquet as numbers, texts or days that pandas takes; what is nested as JSON."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_dictionary(kind):
        return as_plain(column.cast(kind.value_type))
    if isinstance(kind, pa.BaseExtensionType):
        storage = [chunk.storage for chunk in column.chunks]
        return as_plain(pa.chunked_array(storage, kind.storage_type))
    if pa.types.is_nested(kind):
        values = (value.as_py() for value in column)
        texts = [None if value is None else json_text(value) for value in values]
        return pa.chunked_array([pa.array(texts, pa.large_string())])
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        try:
            column.validate(full=True)
            return column
        except pa.ArrowInvalid:
            raw = column.cast(pa.large_binary())
            texts = [value and value.decode(errors="replace") for value in raw.to_pylist()]
            return pa.chunked_array([pa.array(texts, pa.large_string())])
    if pa.types.is_date(kind):
        return column.cast(pa.date32()).cast(pa.large_string())
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        try:
            return pc.local_timestamp(column)
        except pa.ArrowException:  # a zone that nobody knows: the day is that of Greenwich
            return column.cast(pa.timestamp(kind.unit))
    return column


def json_text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def main() -> None:
    if sys.platform != "win32":
        import resource

        memory = module_beside("limits").MEMORY_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    while len(head := requests.read(LENGTH.size)) == LENGTH.size:
        request = pickle.loads(requests.read(LENGTH.unpack(head)[0]))
        send(answers, answer(*request))


if __name__ == "__main__":
    main()
