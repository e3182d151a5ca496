"""The memory of the cooperation: agreements, bodies, meetings, funds, zones, projects, firms, barriers; claims, not cells."""
