"""Pictures of every screen, drawn by the program itself from seeded rehearsals (make pictures)."""
