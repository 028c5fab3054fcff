"""What a table of the contract is: its columns, their types, and its rows as an Arrow table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

STRINGS = pa.list_(pa.field("element", pa.string(), nullable=False))
INTEGERS = pa.list_(pa.field("element", pa.int32(), nullable=False))
TEXT_MAP = pa.map_(pa.string(), pa.field("value", pa.string(), nullable=False))
BOX = pa.struct(
    [pa.field(side, pa.float64(), nullable=False) for side in ("x0", "top", "x1", "bottom")]
)

_TYPE_NAMES: dict[pa.DataType, str] = {
    STRINGS: "list<string>",
    INTEGERS: "list<int32>",
    TEXT_MAP: "map<string,string>",
    BOX: "struct<x0,top,x1,bottom: double>",
    pa.date32(): "date32",
    pa.float32(): "float32",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; `nullable` columns may hold null, all others always hold a value."""

    name: str
    type: pa.DataType
    description: str
    nullable: bool = False

    @property
    def type_name(self) -> str:
        """The type as the data dictionary names it; `?` marks a column that may be null."""
        return _TYPE_NAMES.get(self.type, str(self.type)) + ("?" if self.nullable else "")


@dataclass(frozen=True, slots=True)
class Contract:
    """A table of the contract: the file `<name>.parquet` and what one row stands for."""

    name: str
    row_is: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def schema(self) -> pa.Schema:
        """The Arrow schema; each field carries its description."""
        fields = [
            pa.field(
                column.name,
                column.type,
                nullable=column.nullable,
                metadata={"description": column.description},
            )
            for column in self.columns
        ]
        return pa.schema(fields, metadata={"table": self.name, "row": self.row_is})

    def table(self, rows: Sequence[tuple[object, ...]]) -> pa.Table:
        """Arrow table of `rows`, whose values stand in the order of the columns.

        Raises ValueError when a column that may not be null holds one.
        """
        columns = zip(*rows, strict=True) if rows else ([] for _ in self.columns)
        arrays = [
            pa.array(values, type=column.type)
            for column, values in zip(self.columns, columns, strict=True)
        ]
        for column, array in zip(self.columns, arrays, strict=True):
            if array.null_count and not column.nullable:
                raise ValueError(f"{self.name}.{column.name} may not be null")
        return pa.Table.from_arrays(arrays, schema=self.schema())
