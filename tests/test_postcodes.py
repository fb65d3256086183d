"""A column of codes is a place only where its cells look like postcodes."""

import pandas as pd

from analysis.layout.headers.cell_evidence import POSTCODES
from analysis.run import check_data


def test_codes_of_projects_are_no_postcodes(tmp_path):
    """They would tell homonyms apart, and hide that rows are alike."""
    codes = ["MDG-C-PSI", "SSD-M-UNICEF", "P001", "44", "Lot 12"]
    assert not pd.Series(codes).str.contains(POSTCODES).any()
    postcodes = ["44000", "1234 AB", "F-44000 Nantes", "00-950", "SW1A 1AA", "K1A 0B6", "D02 AF30"]
    assert pd.Series(postcodes).str.contains(POSTCODES).all()
    rows = "country_name,amount,start_year,code\nMadagascar,3028,2023,{}\nThailand,1808,2022,{}\n"
    for cells, is_postcode in ((("MDG-C-PSI", "THA-C-WVFT"), False), (("44000", "75011"), True)):
        (tmp_path / "grants.csv").write_text(rows.format(*cells), encoding="utf-8")
        assert ('postcode = "code"' in check_data.check(tmp_path).draft) is is_postcode
